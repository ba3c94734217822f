"""pytest plugin: write what has been collected to the file $COLLECTED, in every detail, so that two runs compare.

Objects that an item shares with others, or refers to twice, have numbers.
"""
import os
import re

import pytest

_LOOKED_INTO = (
    "CallSpec",
    "CallSpec2",
    "FixtureRequest",
    "FuncFixtureInfo",
    "NodeId",
    "NodeKeywords",
    "Stash",
    "TopRequest",
)


class _Dump:
    def __init__(self):
        self._numbers = {}
        self._kept = []

    def text(self, value):
        kind = type(value).__name__
        if not isinstance(value, (dict, list, set)) and kind not in _LOOKED_INTO:
            return self._plain(value)
        if id(value) in self._numbers:
            return f"#{self._numbers[id(value)]}"
        number = self._numbers[id(value)] = len(self._numbers)
        self._kept.append(value)
        return f"{kind}#{number}{self._inside(value)}"

    def _inside(self, value):
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.text(k)}: {self.text(v)}" for k, v in value.items()) + "}"
        if isinstance(value, set):
            return "{" + ", ".join(sorted(map(self.text, value))) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self.text, value)) + "]"
        return "(" + ", ".join(f"{k}={self.text(v)}" for k, v in attributes(value)) + ")"

    def _plain(self, value):
        if type(value) is tuple:
            return f"({', '.join(map(self.text, value))})"
        if type(value).__name__ in ("FixtureDef", "DirectParamFixtureDef", "PseudoFixtureDef"):
            return f"<{type(value).__name__} {value.argname} {value._scope} {value.baseid!s}>"
        return re.sub(r"0x[0-9a-f]+", "0x", f"{type(value).__name__}:{value!r}")


def attributes(value):
    """(name, value) of what is in slots, then in the dictionary in its order."""
    for cls in type(value).__mro__:
        slots = vars(cls).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            # The text of a node id is made when it is asked for.
            if name not in ("__dict__", "__weakref__", "_str_cache") and hasattr(value, name):
                yield name, getattr(value, name)
    yield from vars(value).items() if hasattr(value, "__dict__") else ()


def _lines(session):
    dump = _Dump()
    for item in session.items:
        before = list(vars(item))
        yield f"{item.nodeid} {type(item).__module__}.{type(item).__qualname__} {before}"
        for name, value in attributes(item):
            yield f"    {name} = {dump.text(value)}"
        yield f"    keywords {list(item.keywords)} {len(item.keywords)}"
        yield f"    markers {[m.name for m in item.iter_markers()]} {sorted(item.listextrakeywords())}"
        yield f"    chain {[repr(n) for n in item.listchain()]} {item.location} {item.reportinfo()}"
        yield f"    class {getattr(item, 'cls', None)} {type(getattr(item, 'instance', None))}"
        yield f"    id {getattr(item, 'id', None)!r}"
    manager = session._fixturemanager
    for table in ("_arg2fixturedefs", "_arg2node2fixturedefs", "_nodeid_autousenames", "_node_autousenames"):
        yield f"{table} {dump.text(getattr(manager, table, None))}"


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session):
    with open(os.environ["COLLECTED"], "w") as f:
        f.writelines(f"{line}\n" for line in _lines(session))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop():
    return True  # nothing need run
