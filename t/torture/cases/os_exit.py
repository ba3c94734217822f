"""os._exit(), with 0 and 1."""
import os

import pytest

EXPECT = {"test_exit[0]": "crashed", "test_exit[1]": "crashed"}
SAYS = r"exited with status 0[\s\S]*exited with status 1|exited with status 1[\s\S]*exited with status 0"


@pytest.mark.parametrize("status", [0, 1])
def test_exit(status):
    os._exit(status)


def test_next():
    pass
