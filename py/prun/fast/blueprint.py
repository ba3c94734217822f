"""How pytest puts an item together, for the core, which does the same for items that differ by name and function alone.

A blueprint is a tuple, the step that makes the item (src/blueprint.c): what kind it is, the place where others find what
it made or -1, and what the kind wants.  `of()` has its steps by attribute, in the order that an item of pytest's own shows,
and compares what is built after it with that item, through and through.  So there is none for a release that puts items
together in another way.
"""
import _prun
from _pytest import fixtures
from _pytest.fixtures import FuncFixtureInfo
from _pytest.mark.structures import NodeKeywords
from _pytest.python import Function
from _pytest.scope import Scope
from _pytest.stash import Stash

from prun.items import NodeId

_Request = getattr(fixtures, "TopRequest", fixtures.FixtureRequest)

# Kinds of steps.
SAME, INPUT, KEPT, COPY, LIST, SET, DICT, NAMED, LONGER, JOINED, OBJECT = range(11)
# Inputs: the item's name and function, and in this order what inputs() has, what inputs_of_calls() has besides, and of a
# call with parameters itself.
NAME, FUNCTION, PARENT, CONFIG, SESSION, MANAGER, PATH = range(7)
ID_PATH, ID_NAMES, PREFIX, ARGNAMES, INITIAL, CLOSURE, DEFS = range(7, 14)
INFO, ORIGINAL, MARKS, MORE, CALLSPEC, CALL_ID = range(14, 20)
# Places.
_ITEM, _STASH, _CLOSURE, _DEFS = range(4)


def inputs(parent, argnames, initial, closure, defs):
    """What siblings have in common.  parent: a Module; the rest is of a FuncFixtureInfo."""
    session = parent.session
    path, names = (parent.id.path, parent.id.names) if NodeId else (None, None)
    prefix = f"{parent.nodeid}::"
    return (
        parent, parent.config, session, session._fixturemanager, parent.path, path, names, prefix, argnames, initial,
        closure, defs,
    )  # fmt: skip


def inputs_of_calls(item):
    """What an item of a call has in common with those of the same function's other calls, which have no marks either."""
    parent, info, original = item.parent, item._fixtureinfo, item.originalname
    common = inputs(parent, info.argnames, info.initialnames, info.names_closure, info.name2fixturedefs)
    more = {**{mark.name: mark for mark in item.own_markers}, **vars(item.obj)}
    names = (*common[ID_NAMES - PARENT], original) if NodeId else None
    return (
        *common[: ID_NAMES - PARENT], names, *common[PREFIX - PARENT :], info, original, item.own_markers.copy(), more
    )  # fmt: skip


def _object(cls, attributes, place=-1):
    """The step that makes one."""
    return (OBJECT, place, cls, tuple(attributes.items()))


def _keywords(*more):
    """more: the inputs that come behind the name, or -1 for none: a dict, and one more name."""
    markers = (NAMED, -1, *more)
    return _object(NodeKeywords, {"node": (KEPT, -1, _ITEM), "parent": (INPUT, -1, PARENT), "_markers": markers})


def _id(names, params):
    """names, params: the steps for what is not the same for all items."""
    text = (JOINED, -1, PREFIX)
    return _object(NodeId, {"path": (INPUT, -1, ID_PATH), "names": names, "params": params, "_str_cache": text})


_EMPTY_LIST, _EMPTY_DICT = (LIST, -1, -1), (DICT, -1, -1)
_PARTS = {
    "name": (INPUT, -1, NAME),
    "parent": (INPUT, -1, PARENT),
    "config": (INPUT, -1, CONFIG),
    "session": (INPUT, -1, SESSION),
    "path": (INPUT, -1, PATH),
    "keywords": _keywords(-1, -1),
    "own_markers": _EMPTY_LIST,
    "extra_keyword_matches": (SET, -1),
    "_nodeid": (JOINED, -1, PREFIX),
    "_id": _id((LONGER, -1, ID_NAMES), (SAME, -1, None)),
    "stash": _object(Stash, {"_storage": _EMPTY_DICT}, _STASH),
    "_store": (KEPT, -1, _STASH),
    "_report_sections": _EMPTY_LIST,
    "user_properties": _EMPTY_LIST,
    "originalname": (INPUT, -1, NAME),
    "_instance": (SAME, -1, None),
    "_obj": (INPUT, -1, FUNCTION),
    "_fixtureinfo": _object(
        FuncFixtureInfo,
        {
            "argnames": (INPUT, -1, ARGNAMES),
            "initialnames": (INPUT, -1, INITIAL),
            "names_closure": (LIST, _CLOSURE, CLOSURE),
            "name2fixturedefs": (DICT, _DEFS, DEFS),
        },
    ),
    "fixturenames": (KEPT, -1, _CLOSURE),
    "funcargs": _EMPTY_DICT,
}
_OF_REQUEST = {
    "fixturename": (SAME, -1, None),
    "_pyfuncitem": (KEPT, -1, _ITEM),
    "_fixture_defs": _EMPTY_DICT,
    "_fixturemanager": (INPUT, -1, MANAGER),  # this one and the next are of 7.2
    "_arg2index": _EMPTY_DICT,
    "_scope": (SAME, -1, Scope.Function),
}
_OF_CALLS = {
    **_PARTS,
    "keywords": _keywords(MORE, CALL_ID),
    "own_markers": (LIST, -1, MARKS),
    "_id": _id((INPUT, -1, ID_NAMES), (INPUT, -1, CALL_ID)),
    "originalname": (INPUT, -1, ORIGINAL),
    "callspec": (INPUT, -1, CALLSPEC),
    "_fixtureinfo": (INPUT, -1, INFO),
    "fixturenames": (INPUT, -1, CLOSURE),
}
_CLASSES = {Function, NodeKeywords, FuncFixtureInfo, Stash, _Request} | ({NodeId} if NodeId else set())


def of(item, others):
    """The blueprint of such items as this one, which pytest has made of a module's function without marks; or None.

    others: its inputs().
    """
    return _of(item, others, _PARTS, (KEPT, -1, _DEFS), ())


def of_calls(item, others):
    """Likewise of calls with parameters.  others: its inputs_of_calls()."""
    info = item._fixtureinfo
    defs = info.name2fixturedefs
    shared = (info, info.names_closure, defs, *defs.values(), *vars(item.obj).values())
    others = (*others, item.callspec, item.callspec.id)
    return _of(item, others, _OF_CALLS, (INPUT, -1, DEFS), shared)


def _of(item, others, parts, defs, shared):
    """defs: the step that has the item's table of fixtures; shared: what belongs to other items, too."""
    if item._request._arg2fixturedefs is not item._fixtureinfo.name2fixturedefs:  # up to pytest 9.0
        defs = (COPY, -1, defs)
    of_request = {**_OF_REQUEST, "_arg2fixturedefs": defs}
    names, names_of_request = [*vars(item), *_slots(Function)], [*vars(item._request)]
    if not of_request.keys() >= set(names_of_request) or any(c.__new__ is not object.__new__ for c in _CLASSES):
        return None
    parts = {**parts, "_request": _object(_Request, {name: of_request[name] for name in names_of_request})}
    if not parts.keys() >= set(names):
        return None
    blueprint = _object(Function, {name: parts[name] for name in names}, _ITEM)
    built = _prun.build(blueprint, item.name, item.obj, others)
    alike = _alike(item, built, {id(thing): thing for thing in shared}) and item.nodeid == built.nodeid
    return blueprint if alike else None


def _slots(cls):
    """Attributes of Node's own that are always there."""
    return [name for c in cls.__mro__ for name in vars(c).get("__slots__", ()) if not name.startswith("__")]


def _attributes(thing):
    """{name: value} of what an object has in slots and in its dict, in their order."""
    slots = {name: getattr(thing, name, ...) for name in _slots(type(thing)) if name != "_str_cache"}
    return {**slots, **getattr(thing, "__dict__", {})}


def _alike(one, other, seen):
    """Are both of the same kind, made of the same or alike parts, and in the same way shared?  seen: {id: counterpart}."""
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is str:
        return one == other
    if kind is tuple:
        return len(one) == len(other) and all(_alike(a, b, seen) for a, b in zip(one, other))
    if kind not in _CLASSES and kind not in (list, dict, set):
        return one is other
    if id(one) in seen or id(other) in seen:
        return seen.get(id(one)) is other and seen.get(id(other)) is one
    if one is other:
        return False
    seen[id(one)], seen[id(other)] = other, one
    if kind in _CLASSES:
        one, other = _attributes(one), _attributes(other)
    if type(one) is dict:
        return [*one] == [*other] and all(_alike(value, other[name], seen) for name, value in one.items())
    if kind is list:
        return len(one) == len(other) and all(_alike(a, b, seen) for a, b in zip(one, other))
    return one == other
