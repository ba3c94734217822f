"""Every way for a test to end its worker, among tests that have nothing to do with it."""
import ctypes
import os
import signal
import sys

import pytest


def test_first():
    pass


def test_segfault():
    print("printed before the fault")
    print("to stderr before the fault", file=sys.stderr)
    os.write(2, b"written before the fault\n")
    ctypes.string_at(0)


@pytest.mark.parametrize("n", range(3))
def test_between(n):
    pass


def test_abort():
    os.abort()


def test_exit_0():
    os._exit(0)


def test_exit_1():
    os._exit(1)


def test_kill():
    os.kill(os.getpid(), signal.SIGKILL)


def test_kill_group():
    os.killpg(os.getpgid(0), signal.SIGKILL)


def test_pytest_exit():
    pytest.exit("enough")


def test_system_exit():
    sys.exit(3)


def test_interrupt():
    raise KeyboardInterrupt


def test_term():
    os.kill(os.getpid(), signal.SIGTERM)


def test_close_all():
    os.closerange(3, 4096)


def test_close_std():
    os.closerange(0, 4096)


def test_garbage():
    """Writes into every descriptor that is not its own."""
    for name in os.listdir("/proc/self/fd"):
        try:
            os.write(int(name), b"garbage" * 10)
        except OSError:
            pass


@pytest.mark.parametrize("n", range(5))
def test_last(n):
    pass


class TestGroup:
    def test_one(self):
        pass

    def test_segfault_in_class(self):
        ctypes.string_at(0)

    def test_two(self):
        pass
