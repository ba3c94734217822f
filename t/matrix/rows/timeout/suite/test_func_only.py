"""A fixture that takes longer than the test may."""
import time

import pytest


@pytest.fixture
def slow():
    time.sleep(0.4)


def test_slow_fixture(slow):
    pass


@pytest.mark.timeout(0.2, func_only=True)
def test_marked(slow):
    pass


@pytest.mark.timeout(0.2, func_only=False)
def test_fixture_counts(slow):
    pass


@pytest.mark.timeout(0.1, func_only=True)
def test_hangs():
    time.sleep(60)
