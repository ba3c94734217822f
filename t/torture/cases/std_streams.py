"""0, 1 and 2 closed, and others put in their place."""
import os
import sys

import pytest


@pytest.mark.parametrize("fd", [0, 1, 2])
def test_closed(fd):
    os.close(fd)


@pytest.mark.parametrize("fd", [0, 1, 2])
def test_replaced(fd):
    null = os.open("/dev/null", os.O_RDWR)
    os.dup2(null, fd)


def test_objects():
    sys.stdout = sys.stderr = sys.stdin = None


def test_next():
    assert True
