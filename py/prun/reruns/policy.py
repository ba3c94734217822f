"""Which failures of an item are followed by another attempt: what the options, the ini-file and its marker say."""
import inspect
import os
import platform
import re
import sys
import warnings
from typing import NamedTuple

import pytest

from prun import reruns
from prun.items import StandIn


class Policy(NamedTuple):
    reruns: int
    delay: float  # seconds
    only: tuple  # regular expressions and classes of exceptions; one of these, if there are any
    never: tuple  # none of these
    condition: object  # True, or what the marker has

    def allows(self, item, errors):
        """May a test that failed so be run again?  errors: exceptions, or None where there was none."""
        if any(self._forbids(error) for error in errors):
            return False
        return any(_holds(item, self.condition, error) for error in errors)

    def _forbids(self, error):
        if self.only and not _is_any(self.only, error, True):
            return True
        return bool(self.never) and _is_any(self.never, error, False)


def _tuple(value):
    return (value,) if isinstance(value, (str, type)) else tuple(value)


def policy(config, item):
    """The item's Policy; None if it is never run again.  Raises UsageError."""
    mark = None
    if not isinstance(item, StandIn) and reruns.is_marked(config):
        mark = item.get_closest_marker("flaky")
    given = _arguments(item, mark) if mark else {}
    times = given.get("reruns", 1) if mark else reruns.number(config, "reruns", int)
    if times <= 0:
        return None
    delay = given.get("reruns_delay", 0) if mark else reruns.number(config, "reruns_delay", float)
    filters = (_tuple(given.get(name, reruns.regexes(config, name))) for name in ("only_rerun", "rerun_except"))
    return Policy(times, max(delay, 0), *filters, given.get("condition", True))


def check(session):
    """Is there sense in all that markers ask for?  Raises UsageError."""
    for item in session.items:
        policy(session.config, item)


# ---- the marker ----


def _arguments(item, mark):
    given = dict(zip(("reruns", "reruns_delay"), mark.args), **mark.kwargs)
    for name, (is_right, what) in _RIGHT.items():
        if name in given and not is_right(given[name]):
            raise pytest.UsageError(f"{item.nodeid}: flaky: {name} must be {what}, not {given[name]!r}")
    return given


def _is_number(value):
    return isinstance(value, (int, float)) and value < float("inf")


def _is_filter(value):
    kinds = [value] if isinstance(value, (str, type)) else list(value) if isinstance(value, (list, tuple, set)) else [0]
    return all(isinstance(kind, type) or isinstance(kind, str) and _is_regex(kind) for kind in kinds)


def _is_regex(text):
    try:
        re.compile(text)
    except re.error:
        return False
    return True


_FILTER = _is_filter, "a regular expression or a class, or a list of them"
_RIGHT = {
    "reruns": (lambda value: isinstance(value, int), "a whole number"),
    "reruns_delay": (_is_number, "a number of seconds"),
    "only_rerun": _FILTER,
    "rerun_except": _FILTER,
}


# ---- failures ----


def _chain(error, with_context):
    """The exception and those that it came from."""
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        context = error.__context__ if with_context and not error.__suppress_context__ else None
        error = error.__cause__ or context
    return seen


def _is_any(kinds, error, with_context):
    for e in _chain(error, with_context):
        text = f"{type(e).__name__}: {e}"
        if any(isinstance(e, kind) if isinstance(kind, type) else re.search(kind, text) for kind in kinds):
            return True
    return False


def _holds(item, condition, error):
    """Does a marker's condition hold: a value, an expression, or a function that may take the exception?"""
    try:
        if callable(condition):
            takes = len(inspect.signature(condition).parameters)
            return bool(condition(error) if takes else condition())
        if isinstance(condition, str):
            known = {"os": os, "sys": sys, "platform": platform, "config": item.config}
            known.update(getattr(getattr(item, "obj", None), "__globals__", {}), error=error)
            return bool(eval(compile(condition, "<flaky condition>", "eval"), known))
        return bool(condition)
    except Exception as e:
        warnings.warn(f"condition of the flaky marker of {item.nodeid}: {type(e).__name__}: {e}")
        return False
