"""Short cut "fixtures": what comes between a request and a fixture's function is done in C (src/fixture*.c).

A test with five fixtures spends more time there than in them: each name that a test or a fixture asks for goes through
FixtureRequest._get_active_fixturedef(), FixtureDef.execute(), two hooks, inspect, and back through finish().  C does
the same with the same objects: a SubRequest for each definition, finalizers in the definitions' lists and in
SetupState's, results and exceptions in cached_result.  A fixture's function is called by pytest's own code of
call_fixture_func(), in a frame of that name and place.

When: why_not(); each time also: the item is a plain function of this session whose node is set up; nobody else
implements the two hooks (alone()); nothing of _stands_for() was exchanged; the definition is pytest's own, and its
function a plain one that is not asynchronous.  A name that nobody defines, a scope that is too narrow, a parameter
that is missing or of another scope than the fixture's, a package's scope: all that goes to pytest's own functions
from the beginning, with their frames on the stack.

Not seen: RequestFixtureDef, of which pytest makes and drops two for each fixture that asks for "request".  Seen all
the same: who looks past call_fixture_func() finds fewer of pytest's and pluggy's entries.
"""
import functools
import types

import _prun
from _pytest import fixtures as own, main, nodes, python, runner
from _pytest.compat import NOTSET
from _pytest.scope import Scope

from prun import fast
from prun.fast import eligible, intact

_FIRST = (8, 3)  # before it FixtureRequest schedules finalizers


def _stands_for():
    """[(class or module, name)] of what C does, or relies on."""
    request, sub = own.FixtureRequest, own.SubRequest
    return [
        (own.TopRequest, "_fillfixtures"), (request, "_get_active_fixturedef"), (own.FixtureDef, "finish"),
        (own.FixtureDef, "execute"), (own.FixtureDef, "cache_key"), (own.FixtureDef, "addfinalizer"),
        (request, "__init__"), (request, "getfixturevalue"), (request, "instance"), (sub, "__init__"),
        (sub, "_check_scope"), (sub, "node"), (sub, "_scope"), (sub, "addfinalizer"),
        (own, "SubRequest"), (own, "pytest_fixture_setup"), (own, "resolve_fixture_function"),
        (own, "call_fixture_func"), (own, "_teardown_yield_fixture"),
        (nodes.Node, "addfinalizer"), (runner.SetupState, "addfinalizer"),
    ]  # fmt: skip


# As they were before anybody but prun could exchange any.
_WERE = [(owner, name, getattr(owner, name)) for owner, name in _stands_for()] if fast.release() >= _FIRST else []


class _Inspect:
    """The module inspect, as call_fixture_func() uses it."""

    isgeneratorfunction = staticmethod(_prun.is_generator)


class _Alias:
    """typing's names, which call_fixture_func() uses for the eyes of a type checker."""

    def __getitem__(self, item):
        return self


def _second(kind, value):
    """typing.cast()"""
    return value


def _caller():
    """call_fixture_func(), for functions of which it is known what they are."""
    original = own.call_fixture_func
    alias = _Alias()
    known = dict(
        vars(own), inspect=_Inspect, is_generator=_prun.is_generator, cast=_second, Callable=alias, Generator=alias
    )
    call = types.FunctionType(original.__code__, known, original.__name__, original.__defaults__)
    call.__kwdefaults__ = original.__kwdefaults__
    return call


class Host:
    """What the core needs for it, and what it asks; the attributes are those of FIXTURE_EACH_GIVEN."""

    item_type, class_type, module_type, session_type = python.Function, python.Class, python.Module, main.Session
    node_types = (python.Function, python.Class, python.Module, main.Session)
    function_type, method_type = types.FunctionType, types.MethodType
    partial, no_param, getattr = functools.partial, NOTSET, getattr
    scopes = (Scope.Function, Scope.Class, Scope.Module, Scope.Package, Scope.Session)

    def __init__(self, session):
        self._relay = session.config.hook
        self.session, self.stack = session, session._setupstate.stack
        self.request_type, self.top_type, self.sub_type = own.FixtureRequest, own.TopRequest, own.SubRequest
        self.definition_type = own.FixtureDef
        direct = getattr(python, "DirectParamFixtureDef", own.FixtureDef)
        self.definition_types = tuple({own.FixtureDef, direct})
        self.fill, self.get_active = own.TopRequest._fillfixtures, own.FixtureRequest._get_active_fixturedef
        self.finish, self.resolve = own.FixtureDef.finish, own.resolve_fixture_function
        self.module, self.call, self.own_call = own, _caller(), own.call_fixture_func
        self.late = fast.release() < (9, 1)
        self.stands_for = []  # of intact.watch(): what has to be as it is

    def alone(self):
        """Do only pytest's own plugins hear of fixtures?"""
        return not eligible.fixture_stranger(self._relay)

    @staticmethod
    def raising(exception):
        """A finalizer that raises it, without a frame."""
        return functools.partial(_prun.reraise, [exception])

    @staticmethod
    def post_finalizer(definition, request):
        request.node.ihook.pytest_fixture_post_finalizer(fixturedef=definition, request=request)


def why_not(session):
    """Why fixtures of this run are for pytest's own functions; "" if they are not."""
    if fast.release() < _FIRST:
        return f"not for pytest {fast.release()[0]}.{fast.release()[1]}"
    reason = eligible.shows_inside(session.config)
    if reason:
        return reason
    for owner, name, value in _WERE:
        if getattr(owner, name, None) is not value:
            return f"{owner.__name__}.{name} is not pytest's own"
    return eligible.fixture_stranger(session.config.hook)


def take(session):
    """Exchange pytest's functions for the rest of the process, unless something speaks against it."""
    if not fast.decide(session.config, "fixtures", lambda: why_not(session)):
        return
    host = Host(session)
    fill, get_active, finish = _prun.fixture_methods(host)
    own.TopRequest._fillfixtures = fill
    own.FixtureRequest._get_active_fixturedef = get_active
    own.FixtureDef.finish = finish
    host.stands_for += intact.watch(_stands_for())
