"""Every kind of result."""
import sys
import warnings

import pytest


@pytest.mark.parametrize("n", range(12))
def test_passes(n):
    pass


def test_fails():
    print("printed")
    print("to stderr", file=sys.stderr)
    assert [1, 2, 3] == [1, 2, 4]


class TestClass:
    def test_raises(self):
        raise LookupError("on purpose")

    def test_passes(self):
        pass


@pytest.mark.skip(reason="said so")
def test_skips():
    pass


@pytest.mark.xfail
def test_xfails():
    assert not "xfail"


@pytest.mark.xfail
def test_xpasses():
    pass


@pytest.fixture
def bad_setup():
    raise LookupError("in setup")


@pytest.fixture
def bad_teardown():
    yield
    raise LookupError("in teardown")


def test_error(bad_setup):
    pass


def test_late_error(bad_teardown):
    pass


def test_warns():
    warnings.warn(UserWarning("once"))
