"""A plugin that keeps state: which process it belongs to, and how many numbers it has given out."""
import itertools
import os

import pytest

_numbers = itertools.count(1)
_owner = None


def pytest_configure(config):
    global _owner
    _owner = os.getpid()


def pytest_runtest_setup(item):
    if "ledger" in item.name and os.getpid() != _owner:
        pytest.fail("the ledger was opened by another process")


@pytest.fixture
def number():
    return next(_numbers)
