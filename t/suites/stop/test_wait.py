"""Tests that run until they are interrupted, and one that does not let itself be."""
import os
import signal

import pytest
from conftest import forever, note, ready


@pytest.mark.parametrize("n", range(40))
def test_wait(n):
    ready(os.getpid())
    forever()


@pytest.mark.parametrize("n", range(40))
def test_stubborn(n):
    signal.signal(signal.SIGINT, lambda *_: ready("interrupted"))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ready(os.getpid())
    forever()


@pytest.mark.parametrize("n", range(40))
def test_child(n):
    """Waits for a child process of its own."""
    import subprocess

    child = subprocess.Popen(["sleep", "1000"])
    ready(child.pid)
    child.wait(1000)  # looks now and then


@pytest.mark.parametrize("n", range(40))
def test_swallow(n):
    """Catches the first interrupt and goes on to its end."""
    try:
        ready(os.getpid())
        forever()
    except KeyboardInterrupt:
        note("swallowed", n)
