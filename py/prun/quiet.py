"""What plugins write in a worker when they hear of a result: the master tells them the same, and they write it there.

With -s and --capture=tee-sys a worker's standard output is passed on for the sake of its tests, and standard error
always is; so whoever prints from a reporting hook would be heard twice.
"""
import contextlib
import os
import sys

import pytest


def flush():
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.flush()


class Quiet:
    """Plugin of a worker; says nothing while others hear of results.

    A descriptor that is captured just then, as when subtests report, stays: in one process that is captured, too.
    """

    def __init__(self, fds=(1, 2)):
        self._null, self._outer = None, []
        with contextlib.suppress(OSError):  # tests have used all descriptors up, or closed these
            self._null = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
            self._outer = [(fd, os.fstat(fd)) for fd in fds]

    @contextlib.contextmanager
    def silence(self):
        flush()
        kept = []
        for fd, outer in self._outer:
            with contextlib.suppress(OSError):  # a test has closed it
                if os.path.samestat(os.fstat(fd), outer):
                    kept.append((fd, os.dup(fd)))
                    os.dup2(self._null, fd)
        try:
            yield
        finally:
            flush()
            for fd, copy in kept:
                os.dup2(copy, fd)
                os.close(copy)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_logstart(self):
        with self.silence():
            yield

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_logreport(self):
        with self.silence():
            yield

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_logfinish(self):
        with self.silence():
            yield


_HEARD = ("pytest_runtest_logstart", "pytest_runtest_logreport", "pytest_runtest_logfinish", "pytest_report_teststatus")


def needed(config):
    """Is there anybody but pytest and prun who hears of results?  It costs a little for each of them."""
    return any(
        not getattr(impl.plugin, "__module__", getattr(impl.plugin, "__name__", "")).startswith(("_pytest.", "prun"))
        for name in _HEARD
        for impl in getattr(config.hook, name).get_hookimpls()
    )
