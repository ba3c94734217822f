"""The worker contract for plugins that have a master's part and a worker's part.

Such a plugin looks at ``config.workerinput`` (or PYTEST_XDIST_WORKER) when it is configured, and does one
thing in the controller and another in a worker.  A forked worker has been configured as the controller.  So
in the child those plugins, and only those, are configured once more: what their pytest_configure and
pytest_sessionstart had registered or unregistered is undone, and the two hooks are called again, now that
``config.workerinput`` is there.  They then do exactly what they do in a worker of xdist.

Which plugins consult the contract is read off their code: the names and strings that the hook's function
uses, and the functions of its own package that it calls.
"""
import inspect
import sys
import types

import _prun

from prun import fast

WORDS = frozenset(
    (
        "workerinput",
        "workeroutput",
        "slaveinput",
        "PYTEST_XDIST_WORKER",
        "PYTEST_XDIST_TESTRUNUID",
        "is_xdist_worker",
        "get_xdist_worker_id",
    )
)
_HOOKS = ("pytest_configure", "pytest_sessionstart")
_DEPTH = 4  # calls followed from the hook's own function
# Of pytest's own implementations those that consult it, in every release that short cuts are tested with: reading all
# of that code takes as long as hundreds of short tests.
_OF_PYTEST = frozenset(
    (
        "_pytest.junitxml.pytest_configure",
        "_pytest.cacheprovider.LFPlugin.pytest_sessionfinish",
        "_pytest.cacheprovider.NFPlugin.pytest_sessionfinish",
        "_pytest.stepwise.StepwisePlugin.pytest_sessionfinish",
        "_pytest.stepwise.pytest_sessionfinish",
    )
)


class Registrations:
    """Remembers which objects a plugin registered and unregistered while it was being configured."""

    def __init__(self, manager):
        self._manager = manager
        self._done = []  # (code of the hook's function, object, its name, was it registered?)
        self._register, self._unregister = manager.register, manager.unregister
        manager.register, manager.unregister = self._noting, self._noting_gone

    def _note(self, plugin, name, there):
        frame = sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_name in _HOOKS:
                self._done.append((frame.f_code, plugin, name, there))
                break
            frame = frame.f_back

    def _noting(self, plugin, name=None):
        result = self._register(plugin, name)
        _prun.ask_again()
        self._note(plugin, name, True)
        return result

    def _noting_gone(self, plugin=None, name=None):
        name = name or self._manager.get_name(plugin)
        result = self._unregister(plugin, name)
        _prun.ask_again()
        self._note(result, name, False)
        return result

    def undo(self, functions):
        """Take back what these hook implementations did: pytest-sugar, for one, replaces the terminal reporter.

        Returns the objects that are there again.
        """
        back = []
        codes = [getattr(inspect.unwrap(function), "__code__", None) for function in functions]
        for code, plugin, name, there in reversed(self._done):
            if code in codes and self._manager.is_registered(plugin) is there:
                if there:
                    self._unregister(plugin)
                else:
                    self._register(plugin, name)
                    back.append(plugin)
        return back

    def count(self):
        return len(self._done)

    def since(self, count):
        """Objects registered after count() was `count`."""
        return [plugin for _, plugin, _, there in self._done[count:] if there]


def _codes(code):
    """A code object and those of the functions defined in it."""
    yield code
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from _codes(const)


def _function_of(obj):
    """The Python function behind a method, class or function; None for anything else."""
    if isinstance(obj, type):
        obj = obj.__dict__.get("__init__")
    if isinstance(obj, property):
        obj = obj.fget
    obj = inspect.unwrap(getattr(obj, "__func__", obj))
    return obj if isinstance(obj, types.FunctionType) else None


def _package(function):
    return (function.__module__ or "").partition(".")[0]


def consults(function, owner=None, depth=_DEPTH, seen=None):
    """Does `function`, or what it calls in its own package or in `owner`'s class, ask who it is?"""
    function = _function_of(function)
    seen = set() if seen is None else seen
    if function is None or function in seen or depth == 0:
        return False
    seen.add(function)
    names = set()
    for code in _codes(function.__code__):
        names.update(code.co_names)
        if not WORDS.isdisjoint(code.co_names) or any(type(c) is str and c in WORDS for c in code.co_consts):
            return True
    return any(
        called is not None and _package(called) == _package(function) and consults(called, owner, depth - 1, seen)
        for name in names
        for called in _called(name, names, function, owner)
    )


def _called(name, names, function, owner):
    """The functions that `name` may stand for in `function`: a method, a global, or one of a module of its package."""
    method = getattr(type(owner), name, None) if owner is not None else None
    if method is not None:
        yield _function_of(method)
        return
    known = function.__globals__
    yield _function_of(known.get(name))
    for module in map(known.get, names):
        if isinstance(module, types.ModuleType) and module.__name__.partition(".")[0] == _package(function):
            yield _function_of(vars(module).get(name))


def _owner(impl):
    return None if isinstance(impl.plugin, types.ModuleType) else impl.plugin


def _asks(impl):
    """Does the implementation consult the contract?"""
    function = getattr(impl.function, "__func__", impl.function)
    module = getattr(function, "__module__", None) or ""
    if module.startswith("prun."):
        return False
    if module.startswith("_pytest.") and type(function) is types.FunctionType and fast.release() in fast.RELEASES:
        return f"{module}.{function.__qualname__}" in _OF_PYTEST
    return consults(function, _owner(impl))


def _consulting(hook):
    """Implementations of `hook` that consult the contract, in the order in which pluggy calls them."""
    return [impl for impl in reversed(hook.get_hookimpls()) if _asks(impl)]


def _call(impl, **known):
    """Call one implementation with the arguments that it takes."""
    result = impl.function(*(known[name] for name in impl.argnames))
    if inspect.isgenerator(result):
        for _ in result:  # a wrapper: what it wraps has been done
            pass


def _ignoring_known(add_hookspecs):
    """The worker's object brings the same hook specifications as the controller's had brought."""

    def add(namespace):
        try:
            add_hookspecs(namespace)
        except ValueError:
            pass

    return add


def _expect_no_coverage(config):
    """pytest-cov: a worker whose tests run no line of the source is nothing to warn of.

    In xdist's workers there always is one, since each of them imports the suite.
    """
    controller = getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    if hasattr(controller, "cov"):
        controller.cov._warn_no_data = False  # as pytest-cov does in the controller


def coverage(config):
    """What pytest-cov measures with in this process; None if it does not."""
    controller = getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    return getattr(controller, "cov", None)


def save_coverage(config):
    """pytest-cov, in a process that ends before its session: what was measured here becomes a file of its own.

    It is found where the others are combined.
    """
    measured = coverage(config)
    if measured:
        measured.stop()
        measured.save()


def _hand_over_metadata(config, plugin):
    """pytest-metadata: what the master has, and not all of it anew.

    The master's report replaces its metadata by a worker's.  pytest-html had blacked out secrets in it, and conftests
    may have added to it; with xdist both is lost.
    """
    key = getattr(plugin, "metadata_key", None)
    config.workeroutput["metadata"] = config.stash[key] if key else config._metadata


# {module of a plugin: what is done in a worker instead of its pytest_configure}
_INSTEAD = {"pytest_metadata.plugin": _hand_over_metadata}


class WorkerPart:
    """What was found in the master, once, for all workers."""

    def __init__(self, config, registrations):
        self.config = config
        self.registrations = registrations
        self._again = {name: _consulting(getattr(config.hook, name)) for name in _HOOKS}
        self._finish = _consulting(config.hook.pytest_sessionfinish)

    def rejoin(self, session, configured):
        """In a child: configure anew those who would have done otherwise in a worker.

        configured(): called when plugins have been configured, before their session starts.
        """
        manager = self.config.pluginmanager
        configure, start = (self._again[name] for name in _HOOKS)
        made = self.registrations.undo([impl.function for impl in (*configure, *start)])
        add_hookspecs = manager.add_hookspecs
        manager.add_hookspecs = _ignoring_known(add_hookspecs)
        try:
            before = self.registrations.count()
            for impl in configure:
                instead = _INSTEAD.get(getattr(impl.plugin, "__name__", None))
                if instead:
                    instead(self.config, impl.plugin)
                else:
                    _call(impl, config=self.config)
            configured()
            known = [impl.function for impl in start]
            made += self.registrations.since(before)
            for impl in reversed(self.config.hook.pytest_sessionstart.get_hookimpls()):
                if impl.function in known or any(impl.plugin is plugin for plugin in made):
                    _call(impl, session=session)
        finally:
            manager.add_hookspecs = add_hookspecs
        _expect_no_coverage(self.config)

    def finish(self, session, exitstatus):
        """In a child, at its end: the sessionfinish of those who have a worker's part."""
        for impl in self._finish:
            if self.config.pluginmanager.is_registered(impl.plugin):
                _call(impl, session=session, exitstatus=exitstatus)
