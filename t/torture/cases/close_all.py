"""Every descriptor above 2 closed."""
import os

EXPECT = {"test_it": ("crashed", "passed")}
STATUS = (0, 1)


def test_it():
    os.closerange(3, 65536)


def test_next():
    pass
