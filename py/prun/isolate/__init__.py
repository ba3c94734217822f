"""``--isolate``: which tests have a process of their own, forked from one that has run no test (process.py)."""
import pytest

from prun import reruns, sharing
from prun.isolate import limits
from prun.items import marker_names

MARKS = ("isolate", "forked")


add_options = limits.add_options


def complete(parser, manager):
    """When it is known which plugins are there.

    The names have their values in them: with an optional value the option would take for it what follows.
    """
    group = parser.getgroup("prun", "prun")
    group.addoption(
        "--isolate",
        "--isolate=test",
        action="store_const",
        const="test",
        dest="isolate",
        help="Run each test in a process of its own, forked from one that has run no test. Its crash costs that test "
        "alone. @pytest.mark.isolate: this test",
    )
    group.addoption(
        "--isolate=unit",
        action="store_const",
        const="unit",
        dest="isolate",
        help="Likewise, but the tests of a module or class that follow each other share a process",
    )
    if not manager.hasplugin("pytest_forked"):
        group.addoption(
            "--forked", action="store_const", const="test", dest="isolate", help="Another name for --isolate"
        )


def configure(config):
    for name in _marks(config):
        config.addinivalue_line("markers", f"{name}: run the test in a process of its own, as with prun --isolate.")
    if config.option.isolate == "unit" and limits.Limits(config.option):
        raise pytest.UsageError("--isolate=unit: --limit-memory and --limit-cpu are of one test; leave out =unit")


def everything(option):
    """Is each of the items isolated, whatever its markers?"""
    return bool(option.isolate or limits.Limits(option))


def _marks(config):
    return MARKS[: 1 if config.pluginmanager.hasplugin("pytest_forked") else 2]


def chosen(session):
    """A function that says whether an item is to be isolated; None if no item of the session is."""
    if everything(session.config.option):
        return lambda item: True
    names = [name for name in _marks(session.config) if name in marker_names(session)]
    if not names:
        return None
    return lambda item: any(item.get_closest_marker(name) for name in names)


def needed(session):
    """Is there anything that an Isolation is for?"""
    return chosen(session) is not None or reruns.fresh(session)


def loop(session):
    """pytest_runtestloop without workers; None if pytest's own will do."""
    if not needed(session) or (session.testsfailed and not session.config.option.continue_on_collection_errors):
        return None
    from prun.isolate import alone

    with sharing.held(session):
        return alone.loop(session)
