"""A stack overflow in C."""
import ctypes
import threading

EXPECT = {"test_it": "crashed"}
SAYS = "SIGSEGV|SIGBUS"


def test_it():
    # qsort() calls back, and each call goes one deeper without Python's own limit in the way.
    libc = ctypes.CDLL(None)
    compare_type = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    array = (ctypes.c_int * 2)()
    import sys

    sys.setrecursionlimit(1 << 30)
    threading.stack_size(0)

    def compare(a, b):
        libc.qsort(array, 2, 4, compare_c)
        return 0

    compare_c = compare_type(compare)
    libc.qsort(array, 2, 4, compare_c)


def test_next():
    pass
