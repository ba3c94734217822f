"""pytest_xdist_make_scheduler: what prun makes of a suite's own scheduler.

prun schedules in C.  A suite's scheduler is nearly always one of xdist's classes with a ``_split_scope()`` of its
own, which names the unit of tests that a node id belongs to: that is asked, and the rest is prun's.  One that
also decides who runs what, and when, is refused: to pass over it could let tests meet that must not.
"""
import sys
from typing import Callable, NamedTuple, Optional

import pytest

# What makes a scheduler of xdist's decide otherwise, in any release.
_DECIDING = frozenset(
    "nodes collection_is_completed tests_finished has_pending add_node add_node_collection mark_test_complete "
    "mark_test_pending remove_pending_tests_from_node remove_node schedule check_schedule send_tests _send_tests "
    "_assign_work_unit _pending_of _reschedule _check_nodes_have_same_collection".split()
)


class Scheduling:
    """The classes below stand in for those of xdist.scheduler where xdist is absent."""

    def __init__(self, config, log=None):
        self.config = config
        self.log = log


class EachScheduling(Scheduling):
    pass


class LoadScheduling(Scheduling):
    pass


class WorkStealingScheduling(Scheduling):
    pass


class LoadScopeScheduling(Scheduling):
    def _split_scope(self, nodeid):
        return nodeid.rsplit("::", 1)[0]


class LoadFileScheduling(LoadScopeScheduling):
    def _split_scope(self, nodeid):
        return nodeid.split("::", 1)[0]


class LoadGroupScheduling(LoadScopeScheduling):
    def _split_scope(self, nodeid):
        return nodeid.rpartition("@")[2] if nodeid.rfind("@") > nodeid.rfind("]") else nodeid


_MODES = {
    "EachScheduling": "each",
    "LoadScheduling": "load",
    "WorkStealingScheduling": "worksteal",
    "LoadScopeScheduling": "loadscope",
    "LoadFileScheduling": "loadfile",
    "LoadGroupScheduling": "loadgroup",
}
CLASSES = {name: globals()[name] for name in _MODES}
for _class in CLASSES.values():
    _class.__module__ = "xdist.scheduler"


class Log:
    """xdist's Producer: says things on standard error with --debug, and has others of its kind by any name."""

    def __init__(self, name, enabled=True):
        self._name = name
        self._enabled = enabled

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return type(self)(name, self._enabled)

    def __call__(self, *words, **named):
        if self._enabled:
            print(f"[{self._name}]", *words, *(f"{k}={v}" for k, v in named.items()), file=sys.stderr)


def units(mode, items, groups):
    """In a scope mode, of each item what names its unit; else None.  groups: of each the name of its group, or None."""
    if mode == "loadscope":
        return [item.nodeid.rsplit("::", 1)[0] for item in items]
    if mode == "loadfile":
        return [item.nodeid.split("::", 1)[0] for item in items]
    if mode == "loadgroup":
        return [index if group is None else group for index, group in enumerate(groups)]
    return None


class Choice(NamedTuple):
    """What is to be done."""

    mode: str  # a --dist mode
    split: Optional[Callable] = None  # node id to the name of its unit
    label: str = ""  # for the announcement


def _of_xdist(kind):
    return kind.__module__.partition(".")[0] == "xdist" and kind.__name__ in _MODES


def _choice(scheduler):
    kind = type(scheduler)
    base = next((k for k in kind.__mro__ if _of_xdist(k)), None)
    if base is None:
        raise pytest.UsageError(
            f"pytest_xdist_make_scheduler returned a {kind.__name__}, which is none of xdist's schedulers; prun "
            "schedules by itself and can do without it only if that function is taken out"
        )
    own = {name for k in kind.__mro__[: kind.__mro__.index(base)] for name in vars(k) if not name.startswith("__")}
    deciding = sorted(name for name in own if name != "_split_scope" and (name in _DECIDING or hasattr(base, name)))
    if deciding:
        raise pytest.UsageError(
            f"pytest_xdist_make_scheduler: {kind.__name__} has its own {', '.join(deciding)}; prun schedules by "
            "itself and asks a scheduler for _split_scope() alone"
        )
    return Choice(_MODES[base.__name__], getattr(scheduler, "_split_scope", None), kind.__name__)


def choose(config, mode):
    """The Choice of the suite, or that of --dist.  Raises UsageError."""
    log = Log("scheduler", getattr(config.option, "debug", None))
    scheduler = config.hook.pytest_xdist_make_scheduler(config=config, log=log)
    return Choice(mode) if scheduler is None else _choice(scheduler)
