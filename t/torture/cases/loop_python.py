"""An endless loop in Python, ended by pytest's own time limit for a dump and a kill from outside."""
import os
import signal
import threading

EXPECT = {"test_it": "crashed"}


def test_it():
    pid = os.getpid()
    threading.Timer(0.2, os.kill, (pid, signal.SIGTERM)).start()
    while True:
        pass


def test_next():
    pass
