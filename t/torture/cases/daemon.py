"""Children that live on and hold every pipe open."""
import os
import time

STRAYS = True


def test_child():
    if not os.fork():
        time.sleep(1000)


def test_daemon():
    if not os.fork():
        os.setsid()
        if not os.fork():
            time.sleep(1000)
        os._exit(0)
    os.wait()


def test_next():
    pass
