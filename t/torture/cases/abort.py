"""abort(), in set-up, call and teardown."""
import os

import pytest

EXPECT = {"test_setup": "crashed", "test_call": "crashed", "test_teardown": "crashed"}
SAYS = "SIGABRT"


@pytest.fixture
def setup():
    os.abort()


@pytest.fixture
def teardown():
    yield
    os.abort()


def test_setup(setup):
    pass


def test_call():
    os.abort()


def test_teardown(teardown):
    pass


def test_next():
    pass
