"""Children reaped behind the runner's back: waitpid(-1), SIGCHLD ignored, a child reaper."""
import ctypes
import os
import signal


def test_waitpid():
    if not os.fork():
        os._exit(0)
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        pass


def test_sigchld():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)


def test_subreaper():
    ctypes.CDLL(None).prctl(36, 1)


def test_next():
    pass
