"""A segmentation fault."""
import ctypes

EXPECT = {"test_it": "crashed"}
SAYS = "SIGSEGV"


def test_it():
    ctypes.string_at(0)


def test_next():
    pass
