"""Which of pytest's own hook implementations ask whether they are in a worker."""
import importlib
import pkgutil

import _pytest
import pytest

from prun import contract, fast

HOOKS = (*contract._HOOKS, "pytest_sessionfinish")


def modules():
    for found in pkgutil.walk_packages(_pytest.__path__, "_pytest."):
        try:
            yield importlib.import_module(found.name)
        except ImportError:  # needs what is not installed
            pass


def implementations():
    """(name, function, object that it is a method of, or None)"""
    for module in modules():
        classes = [c for c in vars(module).values() if isinstance(c, type) and c.__module__ == module.__name__]
        for holder in (module, *classes):
            for hook in HOOKS:
                function = vars(holder).get(hook)
                if getattr(function, "__module__", None) == module.__name__:
                    owner = None if holder is module else object.__new__(holder)
                    yield f"{module.__name__}.{function.__qualname__}", function, owner


@pytest.mark.skipif(fast.release() not in fast.RELEASES, reason="its own are read like all others")
def test_of_pytest_are_known():
    found = {name for name, function, owner in implementations() if contract.consults(function, owner)}
    assert found == contract._OF_PYTEST
