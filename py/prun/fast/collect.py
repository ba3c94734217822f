"""Short cuts of collection: what is known of plain functions is not asked again.

While the session collects, some of pytest's functions are exchanged (`_OURS`); then they are put back.  The condition
for all is that nobody else has exchanged what they stand for (pristine.touched) and that nobody traces hooks.  Each
says what else it wants of what it is called with, and takes pytest's own way where that is not so.
"""
import builtins
import gc
from types import FunctionType, ModuleType

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

# What a function has that is, or hides, a fixture: its wrapper, or pytest's mark on it (before 8.4).
_FIXTURE_MARKS = frozenset(("__wrapped__", "_pytestfixturefunction"))


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
    _clean = not _traced(self.config) and not pristine.touched(_OURS)
    if _clean and type(self) in (Module, Class) and self.session is _session and _undisturbed(self):
        _relay = _Relay(self)
    try:
        return _PYTESTS[PyCollector, "collect"](self)
    finally:
        if _relay is not None:
            _relay.rest()
            _relay = None


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
        if functions.found_plainly(parent, kw["originalname"]):
            if _relay is not None:
                _relay.pause()  # of a suite's code all has run that makes parameters and their ids
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
    """dir(), as FixtureManager.parsefactories() looks for fixtures: without plain functions, which are none.

    A module's or class's functions are found where getattr() finds them, if its type is nothing special.
    """
    __tracebackhide__ = True
    names = builtins.dir(holder)
    if type(holder) is not ModuleType:
        return names
    values = vars(holder)
    return [n for n in names if type(v := values.get(n)) is not FunctionType or not _FIXTURE_MARKS.isdisjoint(vars(v))]


def _reorder_items(items):
    """fixtures.reorder_items(): the order is that of `items` where nothing is parametrized for more than a function.

    pytest finds no key for any item then, so that all of them go through every scope together and as they are; but
    each once.
    """
    for item in items:
        if type(item) is not Function:
            break
        spec = vars(item).get("callspec")
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


class Plugin:
    """Exchanges while the session collects."""

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection(self, session):
        def why_not():
            if getattr(session.config.option, "fulltrace", False):  # an option of the terminal's
                return "--full-trace"
            return "hooks are traced" if _traced(session.config) else pristine.touched({})

        global _session
        if _session is None and type(session) is Session and fast.decide(session.config, "collect", why_not):
            _session = session
            _exchange(_OURS)
            _rename(python.__file__)
            try:
                yield
            finally:
                _rename(Plugin.pytest_collection.__code__.co_filename)
                _exchange(_PYTESTS)
                _session = None
        else:
            yield
