"""The worker contract for plugins that have a master's part and a worker's part.

Such a plugin looks at ``config.workerinput`` (or PYTEST_XDIST_WORKER) when it is configured, and does one
thing in the controller and another in a worker.  A forked worker has been configured as the controller.  So
in the child those plugins, and only those, are configured once more: what their pytest_configure and
pytest_sessionstart had registered is unregistered, and the two hooks are called again, now that
``config.workerinput`` is there.  They then do exactly what they do in a worker of xdist.

Which plugins consult the contract is read off their code: the names and strings that the hook's function
uses, and the functions of its own package that it calls.
"""
import inspect
import sys
import types

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


class Registrations:
    """Remembers which objects a plugin registered while it was being configured."""

    def __init__(self, manager):
        self._made = []  # (code of the hook's function, object)
        self._register = manager.register
        manager.register = self._noting

    def _noting(self, plugin, name=None):
        result = self._register(plugin, name)
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_name in _HOOKS:
                self._made.append((frame.f_code, plugin))
                break
            frame = frame.f_back
        return result

    def of(self, function):
        """Objects registered by the hook implementation `function`."""
        code = getattr(inspect.unwrap(function), "__code__", None)
        return [plugin for made_by, plugin in self._made if made_by is code]


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
    for name in names:
        called = getattr(type(owner), name, None) if owner is not None else None
        called = _function_of(called if called is not None else function.__globals__.get(name))
        if called is not None and _package(called) == _package(function):
            if consults(called, owner, depth - 1, seen):
                return True
    return False


def _owner(impl):
    return None if isinstance(impl.plugin, types.ModuleType) else impl.plugin


def _consulting(hook):
    """Implementations of `hook` that consult the contract, in the order in which pluggy calls them."""
    return [impl for impl in reversed(hook.get_hookimpls()) if consults(impl.function, _owner(impl))]


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

    def rejoin(self, session):
        """In a child: configure anew those who would have done otherwise in a worker."""
        manager = self.config.pluginmanager
        for impls in self._again.values():
            for impl in impls:
                for plugin in self.registrations.of(impl.function):
                    if manager.is_registered(plugin):
                        manager.unregister(plugin)
        add_hookspecs = manager.add_hookspecs
        manager.add_hookspecs = _ignoring_known(add_hookspecs)
        try:
            for impl in self._again["pytest_configure"]:
                instead = _INSTEAD.get(getattr(impl.plugin, "__name__", None))
                if instead:
                    instead(self.config, impl.plugin)
                else:
                    _call(impl, config=self.config)
            for impl in self._again["pytest_sessionstart"]:
                _call(impl, session=session)
        finally:
            manager.add_hookspecs = add_hookspecs
        _expect_no_coverage(self.config)

    def finish(self, session, exitstatus):
        """In a child, at its end: the sessionfinish of those who have a worker's part."""
        for impl in self._finish:
            if self.config.pluginmanager.is_registered(impl.plugin):
                _call(impl, session=session, exitstatus=exitstatus)
