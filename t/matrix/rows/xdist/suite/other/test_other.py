import warnings

import pytest


@pytest.mark.parametrize("n", range(6))
def test_n(n):
    pass


def test_fails():
    print("printed")
    raise LookupError("on purpose")


def test_warns():
    warnings.warn(UserWarning("once"))


@pytest.mark.xfail
def test_xfails():
    raise LookupError


@pytest.fixture
def bad():
    raise LookupError("in setup")


def test_error(bad):
    pass


class TestClass:
    def test_a(self, record_property):
        record_property("key", "value")

    def test_b(self):
        pass
