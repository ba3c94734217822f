import time

import pytest


@pytest.mark.parametrize("n", range(40))
def test_takes_a_while(n):
    time.sleep(0.05)
