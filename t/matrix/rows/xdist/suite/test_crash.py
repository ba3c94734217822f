import faulthandler
import fcntl
import os

import pytest


@pytest.mark.parametrize("n", range(10))
def test_n(n):
    if n == 3 and hasattr(os, "_exit") and "PYTEST_XDIST_WORKER" in os.environ:
        faulthandler.disable()
        os._exit(3)
    if n > 3 and "CRASH" in os.environ:
        # So that there is something left for the worker that replaces it.
        with open("gate") as gate:
            fcntl.flock(gate, fcntl.LOCK_SH)
