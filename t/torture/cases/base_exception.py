"""A BaseException of its own, in set-up, call and teardown."""
import pytest


class Odd(BaseException):
    pass

EXPECT = {
    "test_setup": "error at setup",
    "test_call": "failed",
    "test_teardown": ("passed, error at teardown", "error at teardown"),
}


@pytest.fixture
def setup():
    raise Odd


@pytest.fixture
def teardown():
    yield
    raise Odd


def test_setup(setup):
    pass


def test_call():
    raise Odd


def test_teardown(teardown):
    pass


def test_next():
    pass
