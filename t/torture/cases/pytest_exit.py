"""pytest.exit() called, in set-up, call and teardown."""
import pytest

EXPECT = {
    "test_setup": "error at setup",
    "test_call": "failed",
    "test_teardown": ("passed, error at teardown", "error at teardown"),
}


@pytest.fixture
def setup():
    pytest.exit("enough")


@pytest.fixture
def teardown():
    yield
    pytest.exit("enough")


def test_setup(setup):
    pass


def test_call():
    pytest.exit("enough")


def test_teardown(teardown):
    pass


def test_next():
    pass
