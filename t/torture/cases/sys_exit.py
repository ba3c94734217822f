"""SystemExit, in set-up, call and teardown."""
import sys

import pytest

EXPECT = {
    "test_setup": "error at setup",
    "test_call[0]": "failed",
    "test_call[1]": "failed",
    "test_teardown": ("passed, error at teardown", "error at teardown"),
}


@pytest.fixture
def setup():
    sys.exit(1)


@pytest.fixture
def teardown():
    yield
    sys.exit(1)


def test_setup(setup):
    pass


@pytest.mark.parametrize("status", [0, 1])
def test_call(status):
    sys.exit(status)


def test_teardown(teardown):
    pass


def test_next():
    pass
