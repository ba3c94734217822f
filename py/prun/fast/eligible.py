"""Who may be run without its hooks by src/fused.c: which runs, items of which parents, with which fixtures.

What is done in the hooks' place is said in run.py; here is when.  The core asks besides, for each item, what can
change while tests run: fused_may_run() in src/fused_state.c.
"""
import sys

import _prun
from _pytest import python, runner
from _pytest.fixtures import FixtureDef
from _pytest.stash import Stash

try:
    from _pytest.fixtures import get_direct_param_fixture_func  # before 9
except ImportError:
    get_direct_param_fixture_func = getattr(python, "get_direct_param_fixture_func", None)

from prun import reruns
from prun.fast import hooks, intact

# Plugins that do in these hooks what is done in their place, or nothing.
_KNOWN = frozenset(
    f"_pytest.{name}"
    for name in (
        "assertion", "cacheprovider", "capture", "faulthandler", "logging", "main", "nose", "python", "reports",
        "runner", "skipping", "subtests", "terminal", "threadexception", "tmpdir", "unittest", "unraisableexception",
        "warnings",
    )
) | {"prun.runner", "prun.reruns"}
_HOOKS = (
    "pytest_runtest_protocol", "pytest_runtest_logstart", "pytest_runtest_logfinish", "pytest_runtest_logreport",
    "pytest_pyfunc_call", "pytest_assertion_pass", "pytest_report_to_serializable",
    "pytest_report_teststatus",
)
# Others may implement these: they hear of each phase, through the hooks, once it is over.
_TOLD = ("pytest_runtest_makereport", "pytest_exception_interact")
# And these, if they do so before pytest and wrap nothing: they are called where they would be.
BEFORE = {when: f"pytest_runtest_{when}" for when in ("setup", "call", "teardown")}
# Markers that pytest or prun acts on while an item runs.
ACTING_MARKS = frozenset(("skip", "skipif", "xfail", "filterwarnings", "isolate", "forked", "flaky"))
_FIXTURE_HOOKS = ("pytest_fixture_setup", "pytest_fixture_post_finalizer")
_FIXTURE_KNOWN = frozenset(("_pytest.fixtures", "_pytest.setuponly", "_pytest.setupplan"))
# Options that show what goes on inside of pytest, and others that hooks of a phase act on.
_SHOWING = ("usepdb", "trace", "setupshow", "setuponly", "setupplan", "fulltrace", "pastebin")
_ACTING = ("limit_memory", "limit_cpu")
# What is done in their place, or by calling them alone.
_STANDS_FOR = (
    (python.Function, "runtest"), (python.Function, "setup"), (python.Function, "teardown"),
    (runner.SetupState, "setup"), (runner.SetupState, "teardown_exact"), (runner.CallInfo, "from_call"),
    (runner, "runtestprotocol"), (runner, "call_and_report"), (runner, "_update_current_test_var"),
    (runner, "pytest_runtest_protocol"), (runner, "pytest_runtest_setup"), (runner, "pytest_runtest_call"),
    (runner, "pytest_runtest_teardown"), (runner, "pytest_runtest_makereport"), (python, "pytest_pyfunc_call"),
    (Stash, "__setitem__"), (Stash, "__getitem__"), (Stash, "setdefault"),
)


def stands_for():
    """Of intact.watch(): while tests run, the core looks whether that is still so, since a fixture may patch pytest."""
    return intact.watch(_STANDS_FOR)


def _stranger(hook, known):
    """Name of an implementation of `hook` that is not known to do nothing else, or ""."""
    for impl in hook.get_hookimpls():
        if getattr(impl.function, "__module__", "") not in known:
            return f"{hook.name} of {impl.plugin_name}"
    return ""


def _strangers(relay, names, known):
    return next(filter(None, (_stranger(getattr(relay, name), known) for name in names)), "")


def _before(hook):
    """Implementations of a phase's hook that run before pytest's own work, in their order; None if another one is not
    pytest's own.

    pytest evaluates what skips an item first of all: who comes before that, or after the work, is for the hook itself.
    """
    found = []
    for impl in reversed(hook.get_hookimpls()):
        module = getattr(impl.function, "__module__", "")
        if module in _KNOWN:
            if module == "_pytest.runner":
                return found if not _stranger_after(hook, impl) else None
        elif impl.hookwrapper or getattr(impl, "wrapper", False) or impl.tryfirst or impl.trylast:
            return None
        else:
            found.append(impl)
    return None


def _stranger_after(hook, last):
    impls = hook.get_hookimpls()
    return any(getattr(impl.function, "__module__", "") not in _KNOWN for impl in impls[: impls.index(last)])


def fixture_stranger(relay, known=_FIXTURE_KNOWN):
    """Name of who hears of fixtures and is not pytest, or "".  relay: config.hook or a node's ihook."""
    return _strangers(relay, _FIXTURE_HOOKS, known)


def shows_inside(config):
    """The option that shows what goes on inside of pytest while an item runs, as a reason; "" if none does."""
    return _first_on(config, _SHOWING) or ("--tb=native" if config.getoption("tbstyle", "auto") == "native" else "")


def _first_on(config, names):
    return next((f"--{name.replace('_', '-')}" for name in names if config.getoption(name, False)), "")


def why_not(config):
    """Why no item of this run may be run without its hooks; "" if some may."""
    manager = config.pluginmanager
    reason = shows_inside(config) or _first_on(config, _ACTING) or (reruns.everywhere(config) and "--reruns")
    if reason:
        return reason
    if not ((3, 9) <= sys.version_info < (3, 14)):
        return f"not tested with Python {sys.version_info[0]}.{sys.version_info[1]}"
    capture, logs = manager.getplugin("capturemanager"), manager.getplugin("logging-plugin")
    if getattr(capture, "_method", "") != "fd":
        return "output is captured otherwise than by descriptor"
    if logs is None:
        return "-p no:logging"
    if logs._log_cli_enabled():
        return "live logs"
    if logs.log_level is not None:
        return "log_level is set"
    if hooks.traced(manager):
        return "hook calls are traced"
    for function in _STANDS_FOR:
        owner, name = function
        present = getattr(owner, name)
        if not getattr(present, "__module__", "").startswith("_pytest.") or present.__name__ != name:
            return f"{owner.__name__}.{name} was replaced"
    if manager.has_plugin("faulthandler") and float(config.getini("faulthandler_timeout") or 0):
        return "faulthandler_timeout"
    for name in ("warnings", "skipping", "runner", "python", "assertion"):
        if not manager.has_plugin(name):
            return f"-p no:{name}"
    return ""


def base_counts(items):
    """In the master, before the first fork: for each parent of an item, how many markers and keywords it and its
    ancestors have; for the items the core counts."""
    _prun.count_keywords(items)
    return {parent: _count(above(parent)) for parent in {id(i.parent): i.parent for i in items}.values()}


def above(parent):
    """The collections that hold the markers and keywords of a collector and its ancestors."""
    held = []
    for node in parent.listchain():
        held += (node.own_markers, node.keywords._markers)
    return tuple(held)


def _count(collections):
    return sum(map(len, collections))


def parent_may(parent, counts):
    """May items of this parent, a collector, be run without their hooks?

    counts: base_counts().  Returns (befores, tells) or None: the implementations that come before pytest's own work,
    by phase; does anybody hear of phases or do something before them?
    """
    ihook = parent.ihook
    if type(parent) not in (python.Module, python.Class) or parent not in counts:
        return None
    before = {when: _before(getattr(ihook, name)) for when, name in BEFORE.items()}
    if None in before.values() or _strangers(ihook, _HOOKS, _KNOWN) or any(
        mark.name in ACTING_MARKS for node in parent.listchain() for mark in node.own_markers
    ):
        return None
    return before, bool(_strangers(ihook, _TOLD, _KNOWN) or any(before.values()))


def direct(item):
    """Are the item's fixtures just the parameters of its function, which no hook has to do with?"""
    callspec, info = getattr(item, "callspec", None), item._fixtureinfo
    # That of reports measures set-ups, of which parameters are none.
    if callspec is None or fixture_stranger(item.ihook, _FIXTURE_KNOWN | {"prun.report.fixtures"}):
        return False
    if type(item.fixturenames) is not list or not set(item.fixturenames) <= set(callspec.params):
        return False
    return all(_is_parameter(info.name2fixturedefs.get(name)) for name in item.fixturenames)


def _is_parameter(definitions):
    if not definitions or not isinstance(definitions[-1], FixtureDef):
        return False
    kind = type(definitions[-1])
    if kind.__name__ == "DirectParamFixtureDef" and kind.__module__ == "_pytest.python":
        return True
    return kind is FixtureDef and definitions[-1].func is get_direct_param_fixture_func
