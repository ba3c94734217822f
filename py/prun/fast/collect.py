"""Short cuts of collection: what is known of plain functions is not asked again, nor constants whether they are fixtures.

While the session begins and collects, some of pytest's functions are exchanged (`_OURS`); then they are put back.
The condition for all is that nobody else has exchanged what they stand for (pristine.touched) and that nobody traces
hooks.  Each says what else it wants of what it is called with, and takes pytest's own way where that is not so.
"""
import __future__

import builtins
import contextlib
import functools
import gc
import types
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import FunctionType, ModuleType

import _prun
import pytest
from _pytest import fixtures, python
from _pytest.main import Session
from _pytest.nodes import Node
from _pytest.python import Class, Function, Module, PyCollector
from _pytest.scope import Scope

from prun import fast
from prun.fast import functions, pristine

_CallSpec = getattr(python, "CallSpec", None) or python.CallSpec2
_NOTHING = frozenset()
_session = None  # the one that collects
_clean = False  # nobody had touched pytest when the last collector began
_relay = None  # of the collector that looks at names

# Among the attributes of what is, or hides, a fixture is one of these: pytest's mark (before 8.4), a wrapper's, or what
# answers for attributes that are not there.
_FIXTURE_MARKS = ("_pytestfixturefunction", "__wrapped__", "__getattr__")
# Kinds of values that have no attributes of their own, and of those that have theirs in a dict.
_BARE = frozenset(map(type, (None, False, 0, 0.0, "", b"", (), [], {}, set(), frozenset(), len))) | {
    types.WrapperDescriptorType, types.MethodDescriptorType, types.ClassMethodDescriptorType,
    types.GetSetDescriptorType,
}  # fmt: skip
_PLAIN = frozenset((FunctionType, ModuleType, ModuleSpec, SourceFileLoader, type(__future__.annotations)))


_calling = []  # functions through which a suite's code is called


def _as_pytests(function):
    """Tracebacks of a suite's code begin after the frames of pytest's own files, and leave out what hides itself.

    So that they are as without prun, these functions hide, and are of pytest's file, but only while it collects: who
    measures that file while tests run must not find them in it.
    """
    _calling.append(function)
    return function


def _rename(file):
    for function in _calling:
        function.__code__ = function.__code__.replace(co_filename=file)


@_as_pytests
def _collect(self):
    """PyCollector.collect(): its loop over names asks a Relay instead of the hook."""
    __tracebackhide__ = True
    global _clean, _relay
    before = _clean, _relay
    _relay = None
    _clean = not _traced(self.config) and not pristine.touched(_OURS, _watched())
    if _clean and type(self) in (Module, Class) and self.session is _session and _undisturbed(self):
        _relay = _Relay(self)
    try:
        return _PYTESTS[PyCollector, "collect"](self)
    finally:
        if _relay is not None:
            _relay.rest()
        _clean, _relay = before


def _undisturbed(collector):
    """May functions of `collector` be made into items without calling a hook?"""
    ihook = collector.ihook
    return (
        not fast.foreign(ihook.pytest_pycollect_makeitem, _NOTHING)
        and not fast.foreign(ihook.pytest_generate_tests, _NOTHING)
        and functions.suits(collector)
    )


class _Relay:
    """In the place of a collector's `ihook` while it looks at names.

    The collector of cycles is off but for what may be a suite's code: items are garbage only when a run is over.
    """

    def __init__(self, collector):
        self.collector = collector
        self.taken = False
        self._hook = collector.ihook.pytest_pycollect_makeitem
        self._streak = functions.Streak(collector)
        self._calls = None  # of the function with parameters that was last
        self._collecting = False
        self.pause()

    def pause(self):
        if gc.isenabled():
            self._collecting = True
            gc.disable()

    def rest(self):
        if self._collecting:
            self._collecting = False
            gc.enable()

    @_as_pytests
    def pytest_pycollect_makeitem(self, collector, name, obj):
        __tracebackhide__ = True
        found = self._streak.item(name, obj) if type(obj) is FunctionType else NotImplemented
        if found is NotImplemented:
            self.rest()
            try:
                found = self._hook(collector=collector, name=name, obj=obj)
            finally:
                self.pause()
            self._streak.asked(found)
        return found

    @_as_pytests
    def item_of_call(self, parent, kw):
        """What Function.from_parent() returns for a function's call with parameters."""
        __tracebackhide__ = True
        item = self._calls.item(parent, **kw) if self._calls else None
        if item is not None:
            return item
        if not functions.found_plainly(parent, kw["originalname"]):
            self.rest()
            return _PYTESTS[Function, "from_parent"].__func__(Function, parent, **kw)
        self.pause()  # of a suite's code all has run that makes parameters and their ids
        if type(parent) is not Module:
            return functions.make(parent, **kw)
        if functions.Calls.needs_model():
            item = _PYTESTS[Function, "from_parent"].__func__(Function, parent, **kw)
        else:
            item = functions.make(parent, **kw)
        self._calls = functions.Calls(item)
        return item


def _ihook(self):
    """PyCollector.ihook: what collect() asks for first is the relay."""
    if _relay is not None and _relay.collector is self and not _relay.taken:
        _relay.taken = True
        return _relay
    return Node.ihook.fget(self)


@_as_pytests
def _from_parent(cls, parent, **kw):
    """Function.from_parent(): an item is made at once instead of through four constructors."""
    __tracebackhide__ = True
    if _clean and cls is Function and kw.keys() == functions.PARAMETRIZED and type(kw["callspec"]) is _CallSpec:
        if _relay is not None and _relay.collector is parent:
            return _relay.item_of_call(parent, kw)
        if functions.found_plainly(parent, kw["originalname"]):
            return functions.make(parent, **kw)
    if _relay is not None:
        _relay.rest()
    return _PYTESTS[Function, "from_parent"].__func__(cls, parent, **kw)


def _genitems(self, node):
    """Session.genitems(): an item is what there is of an item, if nobody wants to hear of it."""
    if type(node) is Function and self is _session:
        hook = self.config.hook.pytest_itemcollected
        if not hook.get_hookimpls() and not _traced(self.config):
            return iter((node,))
    return _PYTESTS[Session, "genitems"](self, node)


@_as_pytests
def _dir(holder):
    """dir(), as FixtureManager.parsefactories() looks for fixtures: without names of what can be none.

    What a module, or the type of a plain object, has under a name is what getattr() finds.
    """
    __tracebackhide__ = True
    names = builtins.dir(holder)
    kind = type(holder)
    if kind is ModuleType:
        values, own = vars(holder), ()
    elif type(kind) is type and kind is not type and kind.__getattribute__ is object.__getattribute__:
        values = dict(item for c in reversed(kind.__mro__) for item in vars(c).items())
        own = getattr(holder, "__dict__", ())
    else:
        return names
    return _prun.fixture_names(names, own, values, _BARE, _PLAIN, _FIXTURE_MARKS, _may_be_fixture)


def _may_be_fixture(value):
    """Likewise, of a value of another kind."""
    kind = type(value)
    if kind is not type and (not issubclass(kind, type) or kind.__getattribute__ is not type.__getattribute__):
        return True
    return any(mark in vars(c) for c in (*value.__mro__, *kind.__mro__) for mark in _FIXTURE_MARKS)


def _reorder_items(items):
    """fixtures.reorder_items(): the order is that of `items` where nothing is parametrized for more than a function.

    pytest finds no key for any item then, so that all of them go through every scope together and as they are; but
    each once.
    """
    for item in items:
        if type(item) is not Function:
            break
        spec = getattr(item, "callspec", None)  # vars() would make a dict of each item
        if spec is not None and (type(spec) is not _CallSpec or any(s is not Scope.Function for s in _scopes(spec))):
            break
    else:
        return list(dict.fromkeys(items))
    return _PYTESTS[fixtures, "reorder_items"](items)


def _scopes(spec):
    return spec._arg2scope.values()


_OURS = {
    (PyCollector, "collect"): _collect,
    (PyCollector, "ihook"): property(_ihook),
    (Function, "from_parent"): classmethod(_from_parent),
    (Session, "genitems"): _genitems,
    (fixtures, "reorder_items"): _reorder_items,
    (fixtures, "dir"): _dir,
}
_PYTESTS = {(owner, name): vars(owner).get(name) for owner, name in _OURS}


def _exchange(functions):
    for (owner, name), value in functions.items():
        if value is None:
            delattr(owner, name)
        else:
            setattr(owner, name, value)


def _traced(config):
    """Does anybody listen to all hooks, or to what pytest says of itself (--debug)?"""
    return config.trace.root._writer is not None or (
        getattr(config.pluginmanager._inner_hookexec, "__name__", "") == "traced_hookexec"
    )


@functools.cache
def _watched():
    """What the short cuts rely on while they are taken."""
    return pristine.watch(_OURS)


def _why_not(config):
    if getattr(config.option, "fulltrace", False):  # an option of the terminal's
        return "--full-trace"
    return "hooks are traced" if _traced(config) else pristine.touched()


class Plugin:
    """Exchanges while the session collects; and while it begins, which is when plugins are looked at for fixtures."""

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_sessionstart(self, session):
        with _exchanged(session, ((fixtures, "dir"),)):
            yield

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection(self, session):
        with _exchanged(session, _OURS):
            yield


@contextlib.contextmanager
def _exchanged(session, names):
    """These of _OURS are in their places, if they may be."""
    global _session
    if _session is not None or type(session) is not Session:
        yield
        return
    if not fast.decide(session.config, "collect", lambda: _why_not(session.config)):
        yield
        return
    _session = session
    _exchange({name: _OURS[name] for name in names})
    _rename(python.__file__)
    try:
        yield
    finally:
        _rename(_exchange.__code__.co_filename)
        _exchange({name: _PYTESTS[name] for name in names})
        _session = None
