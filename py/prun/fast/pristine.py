"""Is pytest still what it was?  A short cut stands for certain functions, and for nobody's patches to them."""
from types import FunctionType

import _prun
from _pytest import fixtures, nodes, python
from _pytest.main import Session
from _pytest.mark.structures import NodeKeywords
from _pytest.stash import Stash

from prun.fast import intact
from prun.items import NodeId

_KINDS = (FunctionType, property, classmethod, staticmethod)
_NAMES = {
    python: ("Function", "FunctionDefinition", "Metafunc", "get_unpacked_marks", "pytest_pycollect_makeitem"),
    fixtures: ("FuncFixtureInfo", "TopRequest", "FixtureRequest", "getfuncargnames", "getfixturemarker", "reorder_items"),
    nodes: ("NodeId", "NodeKeywords", "Stash"),
}
_SPECIAL = ("__new__", "__init__", "__setattr__", "__getattribute__", "__getattr__")  # that a class may not get either


def _classes():
    """Classes of pytest whose methods work together in making items of functions."""
    request = getattr(fixtures, "TopRequest", fixtures.FixtureRequest)
    leaves = (python.FunctionDefinition, python.Module, python.Class, Session, python.Metafunc, NodeKeywords, Stash)
    leaves += (request, fixtures.FuncFixtureInfo, fixtures.FixtureManager, *([NodeId] if NodeId else ()))
    return [c for c in dict.fromkeys(c for leaf in leaves for c in leaf.__mro__) if c.__module__.startswith("_pytest.")]


def _values():
    """(class or module, [(name, value), ...]) of what may not be exchanged."""
    for c in _classes():
        values = {name: value for name, value in vars(c).items() if isinstance(value, _KINDS)}
        yield c, [*{**{name: vars(c).get(name, ...) for name in _SPECIAL}, **values}.items()]
    for module, names in _NAMES.items():
        yield module, [(name, vars(module).get(name, ...)) for name in names]


_PRISTINE = list(_values())  # taken before anybody but prun could exchange any


def watch(ours):
    """What touched() asks of all that is to be pytest's own, but for `ours`, {(owner, name): value}."""
    expected = {(owner, name): value for owner, values in _PRISTINE for name, value in values}
    return intact.flat({**expected, **ours})


def touched(ours=None, watched=None):
    """What of pytest somebody has exchanged, as a reason; "" if nobody but prun has.

    ours: {(owner, name): value}; watched: watch(ours), by which it is faster: it is asked for each collector, of hundreds
    of values.
    """
    if watched and _prun.intact(watched):
        return ""
    ours = ours or {}
    for owner, values in _PRISTINE:
        there = vars(owner).get
        for name, value in values:
            if there(name, ...) is not value and (owner, name) not in ours:
                return _reason(owner, name)
    for (owner, name), value in ours.items():
        if vars(owner).get(name) is not value:
            return _reason(owner, name)
    return ""


def _reason(owner, name):
    return f"{owner.__name__}.{name} is not pytest's own"
