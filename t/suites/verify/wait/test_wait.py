"""The second test waits for ever, but only in a worker."""
import os
import threading


def test_quick():
    pass


def test_wait():
    if "PYTEST_XDIST_WORKER" in os.environ:
        with open(os.environ["READY"], "w", encoding="utf-8") as f:
            f.write("waiting\n")
        threading.Event().wait()
