"""100,000 tests in one file."""
import pytest

LARGE = True
LIMIT = 600
MODES = ("load", "worksteal", "loadfile", "duration")


@pytest.mark.parametrize("n", range(100_000))
def test_one(n):
    pass
