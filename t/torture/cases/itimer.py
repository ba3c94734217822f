"""A timer whose signal nobody handles."""
import signal
import time

EXPECT = {"test_it": "crashed"}
SAYS = "SIGALRM"


def test_it():
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    while True:
        time.sleep(1)


def test_next():
    pass
