import faulthandler
import os

import pytest


@pytest.mark.parametrize("n", range(10))
def test_n(n):
    if n == 3 and hasattr(os, "_exit") and "PYTEST_XDIST_WORKER" in os.environ:
        faulthandler.disable()
        os._exit(3)
