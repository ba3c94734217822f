"""SIGKILL, as the out-of-memory killer sends it."""
import os
import signal

EXPECT = {"test_it": "crashed"}
SAYS = "SIGKILL"


def test_it():
    os.kill(os.getpid(), signal.SIGKILL)


def test_next():
    pass
