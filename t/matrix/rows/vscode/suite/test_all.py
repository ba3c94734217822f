import unittest

import pytest


def test_one():
    pass


def test_two():
    pass


def test_three():
    pass


def test_fails():
    print("printed")
    assert [1, 2] == [1, 3]


def test_raises():
    raise LookupError("on purpose")


@pytest.mark.skip(reason="said so")
def test_skipped():
    pass


@pytest.mark.skipif(True, reason="said so")
def test_skipped_if():
    pass


def test_skips():
    pytest.skip("in the test")


@pytest.mark.xfail
def test_xfails():
    raise LookupError


@pytest.fixture
def bad_setup():
    raise LookupError("in setup")


def test_error(bad_setup):
    pass


@pytest.mark.parametrize("text", ["a b", "x::y", "[z]", "ä"])
def test_parameters(text):
    assert text != "[z]"


class TestClass:
    def test_passes(self):
        pass

    class TestInner:
        def test_passes(self):
            pass

    @pytest.mark.parametrize("n", [1, 2])
    def test_parameters(self, n):
        pass


@pytest.mark.skip
class TestSkipped:
    def test_passes(self):
        pass


class TestCase(unittest.TestCase):
    def test_passes(self):
        pass

    def test_fails(self):
        self.assertEqual(1, 2)
