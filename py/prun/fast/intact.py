"""Are functions that a short cut stands for still what they were?  Asked for each test, and so in C (src/intact.c)."""
import gc
import sys

_IMMUTABLE, _HEAP = 1 << 8, 1 << 9  # flags of a class: Py_TPFLAGS_IMMUTABLETYPE, which is new in 3.10, and _HEAPTYPE


def watch(names):
    """What _prun.intact() asks of names that stand somewhere.

    names: [(class or module, name)].  Returns a flat list: a dictionary, the name in it, what it is or ... for nothing.
    Of a class also those above it count, up to the one that has the name.
    """
    flat = []
    for owner, name in names:
        for place in getattr(owner, "__mro__", (owner,)):
            if not _can_change(place):
                break
            there = _namespace(place)
            value = there.get(name, ...)
            flat += there, sys.intern(name), value
            if value is not ...:
                break
    return flat


def flat(expected):
    """Likewise, of what is to be there.  expected: {(class or module, name): value}."""
    there = {owner: _namespace(owner) for owner, _ in expected}
    return [x for (owner, name), value in expected.items() for x in (there[owner], sys.intern(name), value)]


def _can_change(owner):
    """Can somebody bind another name there?  Not in classes that are written in C."""
    flags = getattr(owner, "__flags__", _HEAP)
    return flags & _HEAP and not flags & _IMMUTABLE


def _namespace(owner):
    """The very dictionary of a module or a class: a class shows a view of it, which refers to nothing else."""
    view = vars(owner)
    return view if type(view) is dict else gc.get_referents(view)[0]
