"""Threads that never end, one of them no daemon."""
import threading
import time

LIMIT = 60
SAYS = "had not exited"


def test_daemon():
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()


def test_other():
    threading.Thread(target=time.sleep, args=(1000,)).start()


def test_next():
    pass
