"""Items made of plain functions: what pytest makes of them, without asking each what its neighbour was asked.

pytest asks of each function which fixtures it wants, makes an item of it that lives for that question alone
(FunctionDefinition), and calls two hooks that mostly have nothing to say.  Here the first function of a collector with
given arguments goes that way, and the next with the same arguments get what came of it; those of modules without marks,
and calls with parameters, are built as blueprint.py says.
"""
import contextlib
from abc import ABCMeta
from inspect import CO_GENERATOR
from types import FunctionType, ModuleType

import _prun
from _pytest.fixtures import FuncFixtureInfo
from _pytest.mark.structures import Mark, NodeKeywords
from _pytest.python import Class, Function, Module, get_unpacked_marks
from _pytest.stash import Stash

from prun.fast import blueprint
from prun.items import NodeId

# What pytest gives to Function.from_parent() for a function's call with parameters.
PARAMETRIZED = {"name", "callspec", "fixtureinfo", "keywords", "originalname"}

_new = object.__new__
# Where releases of pytest note fixtures, by their names or for whom they are.
_TABLES = (
    "_arg2fixturedefs", "_nodeid_autousenames", "_node_autousenames", "_arg2node2fixturedefs", "_arg2nodeid2fixturedefs",
)  # fmt: skip
# Blueprints of items of modules' functions without marks, and of calls with parameters; (): there is none.
_blueprint = _of_calls = None
_ASKED = ("parametrize", "usefixtures")  # marks that change which fixtures a function has


def make(parent, name, fixtureinfo, callspec=None, keywords=None, originalname=None):
    """What Function.from_parent(parent, ...) returns for what is found_plainly() in a Module or Class of pytest's own.

    In the order of the constructors: Node, Item, Function; so that attributes stand in the same order, too.
    """
    item = _new(Function)
    item.name = name
    item.parent = parent
    item.config = parent.config
    item.session = parent.session
    item.path = parent.path
    item.keywords = known = NodeKeywords(item)
    item.own_markers = marks = []
    item.extra_keyword_matches = set()
    original = originalname or name
    if NodeId:
        of_parent = parent.id
        params = callspec.id if callspec is not None and callspec._idlist else None
        item._id = NodeId(path=of_parent.path, names=(*of_parent.names, original), params=params)
    else:
        item._nodeid = f"{parent.nodeid}::{name}"
    item.stash = item._store = Stash()
    item._report_sections = []
    item.user_properties = []
    item.originalname = original
    attributes = item.obj.__dict__
    if attributes:
        marks.extend(get_unpacked_marks(item.obj))
    if callspec:
        item.callspec = callspec
        marks.extend(callspec.marks)
    if marks:
        known.update((mark.name, mark) for mark in marks)
    if attributes:
        known.update(attributes)
    if keywords:
        known.update(keywords)
    item._fixtureinfo = fixtureinfo
    item.fixturenames = fixtureinfo.names_closure
    item._initrequest()
    return item


class Calls:
    """The calls of one function with parameters, which have the same table of fixtures.

    Between them, in a row, no code of a suite runs: marks and attributes of the function stay what they are.
    """

    def __init__(self, item):
        """item: of the first of them, in a Module; made by pytest where needs_model() is true."""
        self._parent = item.parent
        self._info = item._fixtureinfo
        self._name = item.originalname
        self._inputs = None
        if _is_bare(item.callspec):
            self._find_blueprint(item)

    def _find_blueprint(self, item):
        global _of_calls
        with contextlib.suppress(AttributeError, ValueError):  # somebody has taken the item apart
            inputs = blueprint.inputs_of_calls(item)
            if _of_calls is None:
                _of_calls = ()
                _of_calls = blueprint.of_calls(item, inputs) or ()
            self._function = item.obj
            self._inputs = inputs if _of_calls else None

    @staticmethod
    def needs_model():
        return _of_calls is None

    def item(self, parent, name, callspec, fixtureinfo, keywords, originalname):
        """The item of another one, from what Function.from_parent() is called with; None if it is to be made otherwise."""
        if self._inputs is None or fixtureinfo is not self._info or parent is not self._parent:
            return None
        if originalname != self._name or not _is_bare(callspec):
            return None
        call_id = callspec.id
        if keywords != {call_id: True} or vars(parent.obj).get(originalname) is not self._function:
            return None
        return _prun.build(_of_calls, name, self._function, (*self._inputs, callspec, call_id))


def _is_bare(callspec):
    """Has the call an id, and no marks of its own?"""
    return callspec._idlist and not callspec.marks


def found_plainly(collector, name):
    """Is attribute `name` a function with nothing but marks, and found without running a suite's code?"""
    kind = type(collector)
    if kind is Module and type(collector.obj) is ModuleType:
        function = vars(collector.obj).get(name)
    elif kind is Class and _plain_class(collector.obj):
        function = next((vars(c)[name] for c in collector.obj.__mro__ if name in vars(c)), None)
        if type(function) in (staticmethod, classmethod):
            function = function.__func__
    else:
        return False
    return type(function) is FunctionType and (not vars(function) or _only_marked(vars(function)))


def _plain_class(cls):
    """Does making an instance of a test class, and getting its attributes, run no code of a suite?"""
    return type(cls) in (type, ABCMeta) and cls.__getattribute__ is object.__getattribute__


def suits(collector):
    """Can functions of `collector`, a Module or Class, be found and made into items without running a suite's code?

    No attribute access of theirs is the suite's, and no function that generates tests; and nothing is said for each
    function about marks of those above it.
    """
    if type(collector) is Class:
        cls = collector.obj
        if not _plain_class(cls) or hasattr(cls, "pytest_generate_tests"):
            return False
    module = collector.getparent(Module)
    if type(module) is not Module or type(module.obj) is not ModuleType:
        return False
    if not vars(module.obj).keys().isdisjoint(("__getattr__", "pytest_generate_tests")):
        return False
    return not any(
        mark.name == "parametrize" or not mark.args for name in _ASKED for mark in collector.iter_markers(name)
    )


class _Known:
    """What came of asking which fixtures one function has, for its neighbours."""

    def __init__(self, info, manager):
        self.inputs = None  # for items that are built after a blueprint
        self._initial = info.initialnames
        self._closure = list(info.names_closure)
        self._defs = dict(info.name2fixturedefs)
        # Ids of nodes for which fixtures of these names are registered: a function among them has its own.
        self.nodeids = {
            getattr(entry, "baseid", entry)  # a FixtureDef, or from 9.2 on the id itself
            for table in ("_arg2fixturedefs", "_arg2nodeid2fixturedefs")
            for name in self._closure
            for entry in getattr(manager, table, {}).get(name, ())
        }

    def find_blueprint(self, item):
        """Build its neighbours after this item, which pytest has made of a module's function without marks, if it can be."""
        global _blueprint
        info = item._fixtureinfo
        inputs = blueprint.inputs(item.parent, info.argnames, self._initial, self._closure, self._defs)
        if _blueprint is None:
            _blueprint = ()
            with contextlib.suppress(AttributeError, ValueError):  # somebody has taken the item apart
                _blueprint = blueprint.of(item, inputs) or ()
        if _blueprint:
            self.inputs = inputs

    def info(self, argnames):
        """The same for another function; nothing that can be changed is shared."""
        defs = {name: list(d) if type(d) is list else d for name, d in self._defs.items()}
        return FuncFixtureInfo(argnames, self._initial, list(self._closure), defs)


class Streak:
    """The functions of one collector, in a row; where pytest is asked between them, it may register fixtures."""

    def __init__(self, collector):
        self._collector = collector
        self._nodeid = collector.nodeid + "::"
        self._in_class = type(collector) is Class
        self._manager = collector.session._fixturemanager
        self._prefixes = tuple(collector.config.getini("python_functions"))
        self._known = {}  # names of arguments: _Known
        self._unknown = None  # names of arguments of the function that pytest is asked for now, if it may be a model
        self._registered = self._count()

    def _count(self):
        """How many fixtures are registered: pytest takes none away, so that they are the same as long as it stays."""
        counts = [_prun.total(getattr(self._manager, name, {})) for name in _TABLES]
        return counts if -1 not in counts else object()  # which is never the same

    def item(self, name, function):
        """[the item] for a plain function; None: it is no test; NotImplemented: pytest is to be asked."""
        self._unknown = None
        if not self._in_class and vars(self._collector.obj).get(name) is not function:
            return NotImplemented  # a suite's code has taken its place, or taken it away
        marks = vars(function)
        if marks and not _only_marked(marks, _ASKED):
            return NotImplemented
        if not name.startswith(self._prefixes) and not self._collector.funcnamefilter(name):
            return None
        argnames = self._arguments(name, function)
        if argnames is None:
            return NotImplemented
        known = self._known.get(argnames)
        if known is None:
            self._unknown = argnames
            return NotImplemented
        nodeid = self._nodeid + name
        if nodeid in known.nodeids or nodeid in self._manager._nodeid_autousenames:
            return NotImplemented
        if known.inputs and not marks:
            return [_prun.build(_blueprint, name, function, known.inputs)]
        return [make(self._collector, name, known.info(argnames))]

    def _arguments(self, name, function):
        """What fixtures.getfuncargnames() finds, or None: what it would look at is not only the code."""
        code = function.__code__
        if code.co_flags & CO_GENERATOR or code.co_posonlyargcount or not name.isidentifier():
            return None
        if function.__defaults__ or function.__kwdefaults__:
            return None
        return code.co_varnames[self._in_class : code.co_argcount + code.co_kwonlyargcount]

    def asked(self, items):
        """pytest has answered with `items` for the last function, or with something else for another object."""
        registered = self._count()
        if registered != self._registered:
            self._registered = registered
            self._known.clear()
        argnames, self._unknown = self._unknown, None
        if argnames is None or type(items) is not list or len(items) != 1:
            return
        item = items[0]
        if type(item) is Function and not hasattr(item, "callspec") and type(item._fixtureinfo) is FuncFixtureInfo:
            known = self._known[argnames] = _Known(item._fixtureinfo, self._manager)
            if type(self._collector) is Module and not vars(item.obj):
                known.find_blueprint(item)


def _only_marked(attributes, but=()):
    """Are a function's attributes marks alone, with none of the names in `but`?"""
    marks = attributes.get("pytestmark")
    return len(attributes) == 1 and type(marks) is list and all(type(m) is Mark and m.name not in but for m in marks)
