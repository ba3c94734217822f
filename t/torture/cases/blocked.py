"""An endless loop in C with all signals blocked, killed from outside."""
import ctypes
import os
import signal

EXPECT = {"test_it": "crashed"}
SAYS = "SIGKILL"


def test_it():
    pid = os.getpid()
    if not os.fork():
        os.kill(pid, signal.SIGKILL)
        os._exit(0)
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
    ctypes.CDLL(None).pause()


def test_next():
    pass
