"""Is pytest still what it was?  A short cut stands for certain functions, and for nobody's patches to them."""
from types import FunctionType

from _pytest import fixtures, python
from _pytest.main import Session
from _pytest.mark.structures import NodeKeywords
from _pytest.stash import Stash

_KINDS = (FunctionType, property, classmethod, staticmethod)
_NAMES = {
    python: ("Function", "FunctionDefinition", "Metafunc", "get_unpacked_marks", "pytest_pycollect_makeitem"),
    fixtures: ("FuncFixtureInfo", "getfuncargnames", "getfixturemarker", "reorder_items"),
}


def _classes():
    """Classes of pytest whose methods work together in making items of functions."""
    request = getattr(fixtures, "TopRequest", fixtures.FixtureRequest)
    leaves = (python.FunctionDefinition, python.Module, python.Class, Session, python.Metafunc, NodeKeywords, Stash)
    leaves += (request, fixtures.FuncFixtureInfo, fixtures.FixtureManager)
    return [c for c in dict.fromkeys(c for leaf in leaves for c in leaf.__mro__) if c.__module__.startswith("_pytest.")]


# [(class or module, name, value)], taken before anybody but prun could exchange any.
_PRISTINE = [(c, name, value) for c in _classes() for name, value in vars(c).items() if isinstance(value, _KINDS)]
_PRISTINE += [(module, name, getattr(module, name)) for module, names in _NAMES.items() for name in names]


def touched(ours):
    """What of pytest somebody has exchanged, as a reason; "" if nobody but prun has.

    ours: {(owner, name): value} that prun has put there itself.
    """
    for owner, name, value in _PRISTINE:
        if vars(owner).get(name) is not ours.get((owner, name), value):
            return f"{owner.__name__}.{name} is not pytest's own"
    return ""
