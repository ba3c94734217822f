"""KeyboardInterrupt raised by a test, in set-up, call and teardown."""
import pytest

EXPECT = {
    "test_setup": "error at setup",
    "test_call": "failed",
    "test_teardown": ("passed, error at teardown", "error at teardown"),
}


@pytest.fixture
def setup():
    raise KeyboardInterrupt


@pytest.fixture
def teardown():
    yield
    raise KeyboardInterrupt


def test_setup(setup):
    pass


def test_call():
    raise KeyboardInterrupt


def test_teardown(teardown):
    pass


def test_next():
    pass
