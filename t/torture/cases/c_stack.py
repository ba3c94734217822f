"""A stack overflow in C."""
import ctypes
import resource
import sys

EXPECT = {"test_it": "crashed"}
SAYS = "SIGSEGV|SIGBUS"


def test_it():
    # qsort() calls back, and each call goes one deeper without Python's own limit in the way.
    libc = ctypes.CDLL(None)
    compare_type = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    array = (ctypes.c_int * 2)()
    sys.setrecursionlimit(1 << 30)
    # CPython 3.12 counts what is called from C, and would say RecursionError before 8 MB are full.
    resource.setrlimit(resource.RLIMIT_STACK, (256 << 10, resource.getrlimit(resource.RLIMIT_STACK)[1]))

    def compare(a, b):
        libc.qsort(array, 2, 4, compare_c)
        return 0

    compare_c = compare_type(compare)
    libc.qsort(array, 2, 4, compare_c)


def test_next():
    pass
