"""Tests that run until they are interrupted, and one that does not let itself be."""
import os
import signal
import threading
import time

import pytest
from conftest import note, ready


@pytest.mark.parametrize("n", range(40))
def test_wait(n):
    ready(os.getpid())
    threading.Event().wait()


@pytest.mark.parametrize("n", range(40))
def test_stubborn(n):
    signal.signal(signal.SIGINT, lambda *_: ready("interrupted"))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ready(os.getpid())
    while True:
        time.sleep(1000)


@pytest.mark.parametrize("n", range(40))
def test_child(n):
    """Waits for a child process of its own."""
    import subprocess

    child = subprocess.Popen(["sleep", "1000"])
    ready(child.pid)
    child.wait()


@pytest.mark.parametrize("n", range(40))
def test_swallow(n):
    """Catches the first interrupt and goes on to its end."""
    try:
        ready(os.getpid())
        threading.Event().wait()
    except KeyboardInterrupt:
        note("swallowed", n)
