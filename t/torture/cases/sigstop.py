"""SIGSTOP: the test stops its own process, or all of its group."""
import os
import signal

import pytest

SAYS = "was stopped by SIGSTOP"


def test_process():
    os.kill(os.getpid(), signal.SIGSTOP)


@pytest.mark.parametrize("number", [signal.SIGTSTP, signal.SIGSTOP])
def test_group(number):
    os.killpg(0, number)


def test_next():
    pass
