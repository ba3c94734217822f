"""Session fixtures that are set up once for the whole run: in the master before the fork, by pytest's own code.

What is set up is taken off pytest's books at once, so that nothing of it is torn down with a worker's session, and is
given to whoever asks for the fixture: in workers, which have it from the fork, and in the master.  Session fixtures
that a shared one needs are kept in the same way.
"""
import contextlib
import os
import threading
import time

import pytest
from _pytest.outcomes import Exit
from _pytest.reports import TestReport
from _pytest.runner import CallInfo

from prun import sharing, timeouts
from prun.sharing import known
from prun.sharing.instance import Instance

# Session fixtures of xdist's whose value in the master is not that of a worker.
_OF_WORKERS = frozenset(("worker_id",))
_OF_RUN = "testrun_uid"


@contextlib.contextmanager
def held(session, testrunuid):
    """While this lasts the shared fixtures that collected tests use are set up."""
    kept = Kept(session, testrunuid)
    session.config.pluginmanager.register(kept, "prun-shared")
    try:
        began = time.perf_counter()
        kept.set_up()
        kept.announce(time.perf_counter() - began)
        yield
    finally:
        kept.tear_down()


def refuse(session, option):
    """Where workers collect for themselves nothing can be shared.  Raises UsageError."""
    for item in session.items:
        for definition in known.used(getattr(item, "_fixtureinfo", None)):
            if sharing.terms(session.config, definition):
                raise pytest.UsageError(
                    f"{known.named(definition)} cannot be set up once for the run: with {option} each worker has "
                    "imported the suite for itself"
                )


class Kept:
    """The plugin that keeps what was set up, and gives it; in the master and, forked, in each worker."""

    def __init__(self, session, testrunuid):
        self._session, self._config, self._testrunuid = session, session.config, testrunuid
        self._instances = {}  # key: Instance, in the order in which they came to be
        self._pid = os.getpid()
        self._users = {}  # key: the last item that uses it
        self._needs = {}  # (definition, id of a fixtureinfo): names of known.closure()
        self._finalizers = []  # that were added to the session itself

    def _key(self, definition, item):
        place = definition, id(item._fixtureinfo)
        needs = self._needs.get(place)
        if needs is None:
            needs = self._needs[place] = [one.argname for one in known.closure(item, definition)]
        params = getattr(getattr(item, "callspec", None), "params", {})
        return (definition, *((name, known.Parameter(params[name])) for name in needs if name in params))

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef, request):
        __tracebackhide__ = True
        forked = os.getpid() != self._pid
        instance = fixturedef.scope == "session" and self._instances.get(self._key(fixturedef, request._pyfuncitem))
        if instance:
            return instance.give(request, forked)
        if fixturedef.argname == _OF_RUN and self._testrunuid and not forked:
            fixturedef.cached_result = (self._testrunuid, fixturedef.cache_key(request), None)
            return fixturedef.cached_result
        if forked and sharing.terms(self._config, fixturedef):
            pytest.fail(
                f"{known.named(fixturedef)} was not set up before the fork, as no collected test names it; name "
                "it in the test's arguments or with @pytest.mark.usefixtures",
                pytrace=False,
            )
        return None

    # ---- setting up ----

    def set_up(self):
        """Raises UsageError if a fixture cannot be shared."""
        tried, shared = set(), {}
        for item in self._session.items:
            info = getattr(item, "_fixtureinfo", None)
            if id(info) not in shared:
                shared[id(info)] = [d for d in known.used(info) if sharing.terms(self._config, d)]
            for definition in shared[id(info)]:
                key = self._key(definition, item)
                self._users[key] = item
                if key not in self._instances and key not in tried and not known.is_skipped(item):
                    tried.add(key)
                    self._check(item, definition)
                    self._set_up(item, definition)

    @staticmethod
    def _check(item, definition):
        for one in known.closure(item, definition):
            scope = known.scope(item, one)
            if scope != "session":
                how = "is" if one is definition else f"needs {one.argname!r}, which is"
                raise pytest.UsageError(
                    f"{known.named(definition)} {how} {scope}-scoped; only a session fixture that needs nothing "
                    "narrower can be set up once for the run"
                )

    def _set_up(self, item, definition):
        maker = _Maker(self)
        manager = self._config.pluginmanager
        state = self._session._setupstate
        state.setup(self._session)
        state.stack[item] = ([], None)  # who asks for a fixture must be active
        manager.register(maker)
        try:
            with known.as_in_a_test(item), timeouts.within(item):
                known.request(item, definition)
        except (Exit, KeyboardInterrupt):
            raise
        except BaseException:
            pass  # kept, for each test that uses it
        finally:
            manager.unregister(maker)
            maker.keep()
            for instance in self._instances.values():
                instance.put_away()
            for finalizers, _ in state.stack.values():
                self._finalizers += finalizers
            state.stack.clear()
        if maker.thread:
            raise pytest.UsageError(maker.thread)

    def announce(self, seconds):
        names = list(dict.fromkeys(key[0].argname for key in self._users if key in self._instances))
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        if names and reporter and self._config.option.verbose >= 0:
            reporter.write_line(f"set up once for the run, in {seconds:.2f}s: {', '.join(names)}")

    def knows(self, definition, request):
        return self._key(definition, request._pyfuncitem) in self._instances

    def keep(self, definition, request, raised):
        instance = Instance(definition, request, sharing.terms(self._config, definition), raised)
        if definition.argname in _OF_WORKERS:
            instance.put_away()
        else:
            self._instances[self._key(definition, request._pyfuncitem)] = instance

    # ---- tearing down ----

    def tear_down(self):
        """No worker is left.  An error is that of the last test that used the fixture, as it is in one process."""
        state = self._session._setupstate
        if state.stack:  # of tests that ran in this process after all
            self._end(lambda: state.teardown_exact(None), self._session.items[-1])
        while self._instances:
            key, instance = self._instances.popitem()
            self._end(instance.tear_down, self._users.get(key, self._session.items[-1]))
        while self._finalizers:
            self._end(self._finalizers.pop(), self._session.items[-1])

    def _end(self, function, item):
        def in_time():
            with timeouts.within(item):
                function()

        with known.captured(item, "teardown"):
            call = CallInfo.from_call(in_time, when="teardown", reraise=(Exit, KeyboardInterrupt))
        if call.excinfo:
            self._config.hook.pytest_runtest_logreport(report=TestReport.from_item_and_call(item, call))


class _Maker:
    """The plugin that is there while a fixture is set up: notes which others are, and which thread one has left."""

    def __init__(self, kept):
        self._kept = kept
        self._made = []  # (definition, request, exception or None)
        self.thread = ""  # a sentence

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef, request):
        before = threading.enumerate()
        outcome = yield
        if not self._kept.knows(fixturedef, request):
            self._made.append((fixturedef, request, outcome.excinfo and outcome.excinfo[1]))
        new = [thread for thread in threading.enumerate() if thread not in before]
        if new and not self.thread:
            named = known.named(fixturedef)
            self.thread = f"{named} holds a live thread, {new[0].name}; a forked worker does not have it"

    def keep(self):
        """What was made, all of it: what one needs is torn down after it."""
        for made in self._made:
            self._kept.keep(*made)
