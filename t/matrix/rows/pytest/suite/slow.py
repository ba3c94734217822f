import threading


def test_quick():
    pass


def test_slow():
    threading.Event().wait(0.9)
