"""The thread method ends the process, and so the run where there is but one."""
import sys
import time

import pytest


def test_before():
    pass


@pytest.mark.timeout(0.3, method="thread")
def test_hangs():
    print("about to hang")
    print("on standard error", file=sys.stderr)
    time.sleep(60)


@pytest.mark.timeout(60, method="thread")
@pytest.mark.parametrize("n", range(4))
def test_after(n):
    pass


def test_fails():
    assert not "fails"
