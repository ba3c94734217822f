"""Limits of time that the master enforces: of a test, with the names and meanings of pytest-timeout, and of the run.

pytest-timeout, where it is installed, parses the options and ends tests from within, which leaves the worker alive.
The master is there for what cannot be ended so: it gives every test its limit and the grace.  Where it is not
installed the limit is the master's alone, and the worker ends with the test.
"""
import argparse
import contextlib
import math
import os
import signal
import time
from array import array
from typing import NamedTuple

import pytest

from prun import stacks
from prun.items import StandIn, marker_names

_MARKER = (
    "timeout(timeout, method=None, func_only=False): end the test, and the worker that runs it, when it has taken so "
    "many seconds; func_only: without the time of its fixtures. prun has one method, and takes any"
)
_key = pytest.StashKey()


class Limits(NamedTuple):
    """What pytest_configure makes of options, environment and ini."""

    seconds: float  # of a test without a mark; 0: none
    func_only: bool
    session: float  # of the run; 0: none
    grace: float
    spare: float  # seconds that the master adds: the grace where pytest-timeout works, else 0
    began: float  # monotonic time from which that of the run counts


# ---- options ----


def _seconds(text, where):
    """A number of seconds, at least 0; None stays None.  Raises UsageError."""
    if text is None or text == "":
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number < math.inf:
        raise pytest.UsageError(f"{where} must be a number of seconds, not {text!r}")
    return number


def positive(text):
    """For argparse: seconds."""
    try:
        return _seconds(text, "it")
    except pytest.UsageError as e:
        raise argparse.ArgumentTypeError(str(e)) from None


def add_options(parser):
    parser.getgroup("prun").addoption(
        "--timeout-grace",
        type=positive,
        default=2.0,
        metavar="SECONDS",
        help="A test that exceeds its timeout is told to end (SIGTERM to its worker's process group), and killed after "
        "so many seconds more (default 2)",
    )


def complete(parser, pluginmanager):
    """pytest-timeout's options, where nobody has registered them."""
    groups = [parser._anonymous, *parser._groups]
    if any("--timeout" in option.names() for group in groups for option in group.options):
        return
    group = parser.getgroup("timeout", "limits of time (prun)")
    group.addoption(
        "--timeout", type=positive, metavar="SECONDS",
        help="End a test, and the worker that runs it, when it has taken so long, set-up and teardown included. "
        "Without -n tests run in one worker then. 0: no limit",
    )
    group.addoption(
        "--timeout-method", "--timeout_method", dest="timeout_method", choices=["signal", "thread"],
        help="Has no effect: the limit is enforced from outside, whatever the test does",
    )
    group.addoption(
        "--timeout-disable-debugger-detection", dest="timeout_disable_debugger_detection", action="store_true",
        help="Time counts in a debugger too",
    )
    group.addoption(
        "--session-timeout", dest="session_timeout", type=positive, metavar="SECONDS",
        help="When the run has taken so long, end the tests that run, and run no others",
    )
    parser.addini("timeout", "Default of --timeout")
    parser.addini("timeout_method", "Default of --timeout-method")
    parser.addini("timeout_func_only", "The time of fixtures does not count", type="bool", default=False)
    parser.addini("timeout_disable_debugger_detection", "Time counts in a debugger too", type="bool", default=False)
    parser.addini("session_timeout", "Default of --session-timeout")
    pluginmanager.register(Ours(), "prun-timeout")


class Ours:
    """Registered where pytest-timeout's options are prun's."""

    @staticmethod
    def pytest_configure(config):
        config.addinivalue_line("markers", _MARKER)


def ini(config, name):
    try:
        return config.getini(name)
    except (KeyError, ValueError):  # pytest-timeout below 2.3 has no session_timeout
        return None


def _first(*values):
    return next((value for value in values if value is not None), 0.0)


def limits(config):
    """Limits of this run; None where --timeout is some other plugin's.  Raises UsageError."""
    if _key not in config.stash:
        config.stash[_key] = _limits(config)
    return config.stash[_key]


def _limits(config):
    manager, option = config.pluginmanager, config.option
    theirs = not manager.hasplugin("prun-timeout")
    if theirs and not any(map(manager.hasplugin, ("timeout", "pytest_timeout"))):
        return None
    env = os.environ.get("PYTEST_TIMEOUT")
    return Limits(
        _first(
            _seconds(option.timeout, "--timeout"),
            _seconds(env, "PYTEST_TIMEOUT"),
            _seconds(ini(config, "timeout"), "timeout in the ini-file"),
        ),
        bool(ini(config, "timeout_func_only")),
        _first(
            _seconds(getattr(option, "session_timeout", None), "--session-timeout"),
            _seconds(ini(config, "session_timeout"), "session_timeout in the ini-file"),
        ),
        option.timeout_grace,
        option.timeout_grace if theirs else 0.0,
        time.monotonic(),
    )


def configure(config):
    limits(config)


def need_worker(config):
    """Is there a limit that holds only where a worker can be ended?  Then one runs the tests if there was to be none."""
    option = config.option
    if option.numprocesses == 0 or option.collectonly or getattr(option, "usepdb", False) or getattr(option, "trace", False):
        return False
    found = limits(config)
    return found is not None and not found.spare and bool(found.seconds or found.session)


def suggest(session):
    """Nobody heeds the marks: say so."""
    config = session.config
    reporter = config.pluginmanager.getplugin("terminalreporter")
    found = limits(config)
    if not reporter or not found or found.spare or config.option.collectonly or config.option.verbose < 0:
        return
    if found.seconds or found.session or "timeout" in marker_names(session):
        reporter.write_line("Timeouts are enforced by prun's master only, which needs workers: -n 1")


# ---- of items ----


def _of_mark(item, mark):
    """(seconds or None, func_only or None) as pytest-timeout reads its mark.  Raises UsageError."""
    names = ("timeout", "method", "func_only", "disable_debugger_detection")
    given = dict(zip(names, mark.args[:2]), **mark.kwargs)
    if len(mark.args) > 2 or not given or not given.keys() <= set(names):
        raise pytest.UsageError(f"{item.nodeid}: a timeout mark takes seconds, method and func_only, not {mark}")
    seconds = _seconds(given.get("timeout"), f"{item.nodeid}: the timeout of its mark")
    return seconds, given.get("func_only")


class Limit(NamedTuple):
    """Of one test."""

    seconds: float  # 0: none
    func_only: bool


def limit(item):
    """The item's Limit."""
    found = limits(item.config)
    mark = item.get_closest_marker("timeout")
    seconds, func_only = _of_mark(item, mark) if mark else (None, None)
    seconds = found.seconds if seconds is None else seconds
    return Limit(seconds + found.spare if seconds else 0.0, found.func_only if func_only is None else bool(func_only))


def _of_items(session, items):
    """[Limit] of items, or None if none has any."""
    found = limits(session.config)
    if found is None:
        return None
    if "timeout" in marker_names(session):
        return [limit(item) for item in items]
    if not found.seconds:
        return None
    return [Limit(found.seconds + found.spare, found.func_only)] * len(items)


def seconds(session, items):
    """Of each item the seconds that it has, 0 for no limit."""
    if items and isinstance(items[0], StandIn):
        return [item.limit for item in items]
    each = _of_items(session, items)
    return [one.seconds for one in each] if each else [0.0] * len(items)


def packed(session, items):
    """Those as doubles in bytes, for the core; None if no item has a limit."""
    found = seconds(session, items)
    return array("d", found).tobytes() if any(found) else None


def join(session):
    """In a worker, before its first item."""
    each = _of_items(session, session.items)
    if each:
        from prun import clock

        clock.register(session.config, any(one.func_only for one in each))


# ---- in the master ----


def words(name, nodeid, data):
    """What the report of an item that was ended says; data: of the core (slot_post_mortem)."""
    what = f"Timeout (>{data['timeout']:g}s)" if data["timeout"] else "Timeout (session-timeout)"
    ended = f"{what} from prun: worker {name!r} was ended while running {nodeid!r}: {data['how']}"
    return f"{ended}\n\n{stacks.shown(data['stacks'])}"


def _left(found):
    """Seconds that the run has, by its Limits; None: no limit."""
    return max(0.0, found.began + found.session + found.spare - time.monotonic()) if found.session else None


@contextlib.contextmanager
def within(item):
    """While the master itself runs code on behalf of an item, which nobody can end by force.

    It is broken off by an exception, which code in C does not heed, when the item's time or that of the run is over.
    """
    option, found = item.config.option, limits(item.config)
    if not found or getattr(option, "usepdb", False) or getattr(option, "trace", False):
        yield
        return
    rest = _left(found)
    # A run whose time is over still has to tear down.
    times = [limit(item).seconds, 0.0 if rest is None else max(rest, found.grace, 0.001)]
    least = min(filter(None, times), default=0.0)

    def ring(*unused):
        pytest.fail(f"Timeout (>{least:g}s) from prun: it is done once for the run, in the master, and was broken off")

    if not least:
        yield
        return
    former = signal.signal(signal.SIGALRM, ring)
    left, every = signal.setitimer(signal.ITIMER_REAL, least)
    began = time.monotonic()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
        if left:  # a timer of the suite's own, which goes on; one that was due meanwhile rings at once
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - began), 1e-6), every)


class SessionLimit:
    """Ends the run when its time is over."""

    def __init__(self, session, terminal):
        self.over = False
        self._session = session
        self._terminal = terminal
        self._limits = limits(session.config)

    def left(self):
        """Seconds, or None if there is no limit."""
        return self._limits and _left(self._limits)

    def end(self, now):
        """For Ticks."""
        if self._terminal.holder is not None:
            return 1.0  # somebody is in a debugger
        self.over = True
        if not self._session.shouldfail:
            self._session.shouldfail = f"session-timeout: {self._limits.session} sec exceeded"
