"""Exceptions that nobody has reported when a worker's session ends: from __del__ methods and from threads.

From pytest 8.4 on these are collected after each test, and once more when pytest is unconfigured, which a
worker never is.  What that last collection finds belongs to no test: a warning is printed, and where the
suite makes warnings errors (-W error) pytest itself ends with an exception and status 1.
"""
import traceback
import warnings

import _prun
from _pytest.config import apply_warning_filters

try:
    from _pytest.threadexception import collect_thread_exception, thread_exceptions
    from _pytest.unraisableexception import collect_unraisable, unraisable_exceptions
except ImportError:  # older: reported where they happen
    unraisable_exceptions = thread_exceptions = None


class LateError(Exception):
    """What pytest would have raised at its end, had the tests run in its own process."""


def _collectors(config):
    if unraisable_exceptions is not None and unraisable_exceptions in config.stash:
        # Once, as pytest does on CPython.  What was there before the fork stays out of it where nobody has looked at it:
        # going through all of it takes as long as thousands of short tests.
        _prun.collect_new()
        yield collect_unraisable
    if thread_exceptions is not None and thread_exceptions in config.stash:
        yield collect_thread_exception


def collect(config):
    """In a worker, at its end.  Warnings go to standard error; returns the tracebacks of errors as one text."""
    found = []
    for collector in _collectors(config):
        with warnings.catch_warnings():
            apply_warning_filters(config.getini("filterwarnings"), config.known_args_namespace.pythonwarnings or [])
            try:
                collector(config)
            except BaseException as e:
                found.append("".join(traceback.format_exception(type(e), e, e.__traceback__)))
    return "\n".join(found)


def raise_at_end(config, text):
    """In the master: end as pytest does, once everything has been reported."""

    def fail():
        raise LateError(f"in a worker, after its last test:\n{text}")

    config.add_cleanup(fail)
