"""100 MB printed, half to each stream."""
import os
import sys


EXPECT = {"test_python": "failed"}


def test_python():
    for _ in range(25):
        sys.stdout.write("x" * (1 << 20))
        sys.stderr.write("y" * (1 << 20))
    assert 0


def test_descriptors():
    for _ in range(25):
        os.write(1, b"x" * (1 << 20))
        os.write(2, b"y" * (1 << 20))


def test_next():
    pass
