"""A crash of a test that has left its process group, with a child in the old one."""
import os
import time

EXPECT = {"test_it": "crashed"}


def test_it():
    if not os.fork():
        time.sleep(1000)
    # A group of its own again, with the name of the child's.
    os.setpgid(0, os.getpgid(os.getppid()))
    os._exit(1)


def test_next():
    pass
