"""Marks that say when a test may run under ``-n``: ``serial``, ``resource`` and ``priority``.

Read here, and put into the form that the core takes (src/sched_gate.c), which keeps what they promise.
"""
from array import array
from collections import Counter

import pytest

from prun.items import StandIn, marker_names

MARKS = {
    "serial": "serial: under prun -n nothing else runs while this test does.",
    "resource": "resource(name, slots=1): under prun -n at most so many tests with this name run at once.",
    "priority": "priority(n): under prun -n tests with a higher number start earlier; 0 is that of the others.",
}
_NONE = 0xFFFFFFFF


def configure(config):
    for line in MARKS.values():
        config.addinivalue_line("markers", line)


# ---- what one item asks for ----


class _Misused(ValueError):
    """A mark with arguments that are not ours: (name, what it wants)."""


def _resource(name=None, slots=1):
    if type(name) is not str or not name or type(slots) is not int or slots < 1:
        raise TypeError
    return name, slots


def _priority(n):
    if type(n) not in (int, float) or n != n:
        raise TypeError
    return n


def _serial():
    return True


_READERS = {
    "serial": (_serial, "no arguments"),
    "resource": (_resource, "a name, and perhaps slots=, 1 or more"),
    "priority": (_priority, "one number"),
}


def _read(mark):
    reader, wants = _READERS[mark.name]
    try:
        return reader(*mark.args, **mark.kwargs)
    except TypeError:
        raise _Misused(mark.name, wants) from None


def _is_theirs(config, name):
    """Does the suite, or a plugin, have a mark of this name for purposes of its own?"""
    lines = [line for line in config.getini("markers") if line not in MARKS.values()]
    return name in {line.split(":")[0].split("(")[0].strip() for line in lines}


def asks(item):
    """(is it serial, {resource: slots}, priority), or None.  Raises UsageError."""
    if isinstance(item, StandIn):
        return item.asks
    serial, slots, priority = False, {}, None
    for mark in item.iter_markers():
        if mark.name not in MARKS:
            continue
        try:
            value = _read(mark)
        except _Misused as e:
            if _is_theirs(item.config, mark.name):
                continue
            raise pytest.UsageError(f"{item.nodeid}: the mark {e.args[0]} takes {e.args[1]}") from None
        if mark.name == "serial":
            serial = True
        elif mark.name == "resource":
            _agree(slots, *value, item)
        elif priority is None:  # the closest comes first
            priority = value
    return (serial, slots, priority or 0) if serial or slots or priority else None


def _agree(known, name, slots, item):
    if known.setdefault(name, slots) != slots:
        raise pytest.UsageError(f"{item.nodeid}: resource {name!r} with slots={slots}, and elsewhere slots={known[name]}")


def _has_marks(node):
    return any(mark.name in MARKS for mark in node.own_markers)


def _is_below_marks(node, memo):
    """Has the node, or one above it, any of the marks?  memo: {id of a node: answer}."""
    if node is None:
        return False
    found = memo.get(id(node))
    if found is None:
        found = memo[id(node)] = _has_marks(node) or _is_below_marks(node.parent, memo)
    return found


def _all(items):
    """Of each what it asks for, or None where nothing is asked for at all."""
    if isinstance(items[0], StandIn):
        found = [item.asks for item in items]
    elif MARKS.keys().isdisjoint(marker_names(items[0].session)):
        return None
    else:
        memo = {}
        found = [
            asks(item) if (item.own_markers and _has_marks(item)) or _is_below_marks(item.parent, memo) else None
            for item in items
        ]
    if not any(found):
        return None
    known = {}
    for item, asked in zip(items, found):
        for name, slots in asked[1].items() if asked else ():
            _agree(known, name, slots, item)
    return found


# ---- what all ask for ----


def _together(found, units):
    """All tests of a unit ask for what one of them asks for: the unit is not torn apart."""
    of = {}
    for unit, asked in zip(units, found):
        if asked:
            serial, slots, priority = of.get(unit, (False, {}, None))
            highest = asked[2] if priority is None else max(priority, asked[2])
            of[unit] = serial or asked[0], {**slots, **asked[1]}, highest
    return [of.get(unit) for unit in units]


class Table:
    """Kinds of items, as the core takes them.

    found: of each item what it asks for; units: of each item the unit that stays together in a scope mode, else None;
    workers: how many there may be.  What so many cannot violate is left out.
    """

    def __init__(self, found, units, workers):
        found = _together(found, units) if units else found
        self._slots = {}
        for asked in filter(None, found):
            self._slots.update({name: n for name, n in asked[1].items() if n < workers})
        self._names = list(self._slots)
        kinds = [self._kind(asked, workers) for asked in found]
        count = Counter(kinds) if not units else Counter({u: k for u, k in zip(units, kinds)}.values())
        self.plain = count.pop(None, 0)  # units of work without a kind
        # Counter keeps the order of first items.
        self._kinds = sorted(count, key=lambda kind: (kind[0], -kind[2]))
        self._count = count
        number = {kind: i for i, kind in enumerate(self._kinds)}
        self._of_items = array("I", [number.get(kind, _NONE) for kind in kinds])

    def _kind(self, asked, workers):
        """(is it to be alone, numbers of resources, priority), or None."""
        if not asked:
            return None
        alone = asked[0] and workers > 1
        resources = () if alone else tuple(i for i, name in enumerate(self._names) if name in asked[1])
        return (alone, resources, asked[2]) if alone or resources or asked[2] else None

    def width(self):
        """How many workers can have work at once, at most."""
        number = self.plain
        for (alone, resources, _), n in self._count.items():
            number += 0 if alone else min([n, *(self._slots[self._names[i]] for i in resources)])
        return max(1, number)

    def packed(self):
        """For _prun.run(), or None."""
        if not self._kinds:
            return None
        ranks = sorted({0, *(priority for _, _, priority in self._kinds)})
        kinds = [
            (ranks.index(priority) - ranks.index(0), alone, array("I", resources).tobytes())
            for alone, resources, priority in self._kinds
        ]
        slots = array("I", [self._slots[name] for name in self._names])
        return self._of_items.tobytes(), kinds, slots.tobytes()


def table(items, mode, units, workers):
    """The Table, or None where nothing is asked for.  mode: of --dist; units: as Table's.  Raises UsageError."""
    found = _all(items)
    if found is None:
        return None
    if mode != "each":
        return Table(found, units, workers)
    for item, asked in zip(items, found):
        if asked and workers > 1 and (asked[0] or any(n < workers for n in asked[1].values())):
            mark = "serial" if asked[0] else "resource"
            raise pytest.UsageError(
                f"--dist each runs every test on all workers at once, which the mark {mark} of {item.nodeid} forbids"
            )
    return None
