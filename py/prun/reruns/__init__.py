"""Tests that fail run again: ``--reruns`` and the marker ``flaky``, with pytest-rerunfailures' names and meanings.

Where that plugin is installed the names are its own, and nothing is done here.  How it is done: attempts.py.
"""
import contextlib
import re

import pytest

from prun.items import StandIn, marker_names

NAME = "prun-reruns"
_MARKER = (
    "flaky(reruns=1, reruns_delay=0, condition=True, only_rerun=(), rerun_except=()): when the test fails, run it "
    "again up to so many times, so many seconds later."
)


# ---- options ----


def complete(parser, manager):
    """pytest-rerunfailures' options, unless somebody has them."""
    groups = [parser._anonymous, *parser._groups]
    if any("--reruns" in option.names() for group in groups for option in group.options):
        return
    group = parser.getgroup("reruns", "tests that fail run again (prun)")
    group.addoption("--reruns", type=int, metavar="N", help="Run a test that fails up to N times more")
    group.addoption(
        "--reruns-delay", type=float, dest="reruns_delay", metavar="SECONDS", help="Wait so long before each rerun"
    )
    for name, only in (("--only-rerun", "only"), ("--rerun-except", "unless")):
        group.addoption(
            name,
            action="append",
            metavar="REGEX",
            help=f"Run again {only} where the expression is found in 'Type: message' of the failure; may be repeated",
        )
    group.addoption(
        "--reruns-fresh", action="store_true", dest="reruns_fresh", help="Each rerun in a process forked afresh"
    )
    group.addoption(
        "--fail-on-flaky",
        action="store_true",
        dest="fail_on_flaky",
        help="Exit status 7 where all have passed, but some only when they were run again",
    )
    parser.addini("reruns", "Default of --reruns")
    parser.addini("reruns_delay", "Default of --reruns-delay")
    parser.addini("only_rerun", "Default of --only-rerun, one a line", type="linelist")
    parser.addini("rerun_except", "Default of --rerun-except, one a line", type="linelist")
    manager.register(_Ours(), "prun-reruns-options")


class _Ours:
    """Registered where the options are prun's."""

    @staticmethod
    def pytest_configure(config):
        config.addinivalue_line("markers", _MARKER)
        if everywhere(config) and getattr(config.option, "usepdb", False) and not config.option.collectonly:
            raise pytest.UsageError("--reruns and --pdb do not go together")
        number(config, "reruns_delay", float)
        for name in ("only_rerun", "rerun_except"):
            for text in regexes(config, name):
                with _usage(f"--{name.replace('_', '-')}: {text!r} is no regular expression", re.error):
                    re.compile(text)


@contextlib.contextmanager
def _usage(said, *errors):
    try:
        yield
    except errors as e:
        raise pytest.UsageError(f"{said}: {e}") from None


def _are_ours(config):
    return config.pluginmanager.hasplugin("prun-reruns-options")


def number(config, name, kind):
    """Of the command line, else of the ini-file, else 0.  Raises UsageError."""
    given = getattr(config.option, name)
    if given is None:
        given = config.getini(name) or 0
    with _usage(f"{name} must be a number, not {str(given)!r}", ValueError):
        value = kind(given)
    if not abs(value) < float("inf"):
        raise pytest.UsageError(f"{name} must be a finite number, not {value}")
    return value


def is_marked(config):
    """Is the marker prun's?  A plugin called flaky has another meaning for it."""
    return not config.pluginmanager.hasplugin("flaky")


def regexes(config, name):
    return getattr(config.option, name) or config.getini(name)


def everywhere(config):
    """May any test be run again, whatever its markers?"""
    return _are_ours(config) and number(config, "reruns", int) > 0


def fresh(session):
    """Are there tests whose reruns are made in processes forked afresh?"""
    return getattr(session.config.option, "reruns_fresh", False) and session.config.pluginmanager.hasplugin(NAME)


def arm(session):
    """Before the first test: register what the options or markers ask for.  Raises UsageError."""
    config = session.config
    if not _are_ours(config) or config.pluginmanager.hasplugin(NAME):
        return
    stand_ins = any(isinstance(item, StandIn) for item in session.items[:1])
    marked = not stand_ins and is_marked(config) and "flaky" in marker_names(session)
    if everywhere(config) or marked:
        from prun.reruns import policy
        from prun.reruns.attempts import Reruns

        if marked:
            policy.check(session)
        config.pluginmanager.register(Reruns(config), NAME)
