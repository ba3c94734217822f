"""The second test waits for ever, but only in a worker."""
import os
import time


def test_quick():
    pass


def test_wait():
    if "PYTEST_XDIST_WORKER" in os.environ:
        with open(os.environ["READY"], "w", encoding="utf-8") as f:
            f.write("waiting\n")
        while True:
            time.sleep(0.01)
