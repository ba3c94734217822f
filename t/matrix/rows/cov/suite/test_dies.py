"""A worker that dies in the middle."""
import os
import signal

import pytest

from shop import tax


@pytest.mark.parametrize("n", range(4))
def test_before(n):
    assert tax.rate("books") == 7


def test_dies():
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("n", range(12))
def test_after(n):
    assert tax.rate("none") == 0
