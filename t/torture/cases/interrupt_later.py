"""SIGINT sent by a thread, whenever that happens to come: between two tests, or while a report is written."""
import os
import random
import signal
import threading

import pytest

# It hits one's own phases, or the next test's.
OTHERS = ("passed", "failed", "crashed", "error at setup", "error at teardown", "passed, error at teardown",
          "failed, error at teardown")
STATUS = (0, 1)


@pytest.mark.parametrize("n", range(60))
def test_it(n):
    if n % 4 == 0:
        timer = threading.Timer(random.uniform(0, 0.003), os.kill, (os.getpid(), signal.SIGINT))
        timer.daemon = True
        timer.start()
