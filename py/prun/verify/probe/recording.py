"""pytest plugin of ``prun --verify-dropin``: records what the run's main process sees, as JSON lines.

It is loaded with -p on both sides.  What it is to do stands in an environment variable, which it takes away
again, as it does the folder that made it importable: the suite shall not notice.  Each line is written with
functions bound here, because a test may replace those of `os`, or close all descriptors.
"""
import json
import os
import sys
import types

import pytest

_HERE = os.path.dirname(os.path.abspath(__file__))
_PID = os.getpid()


def _take_orders():
    orders = json.loads(os.environ.pop("PRUN_VERIFY_PROBE"))
    if orders.get("xdist"):
        del os.environ["PYTEST_PLUGINS"]  # which named this one: its workers have no orders
    sys.path[:] = [p for p in sys.path if os.path.abspath(p or ".") != _HERE]
    if orders["pythonpath"] is None:
        os.environ.pop("PYTHONPATH", None)
    else:
        os.environ["PYTHONPATH"] = orders["pythonpath"]
    return orders


_orders = _take_orders()


def _emit(
    kind,
    path=_orders["record"],
    flags=os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC,
    getpid=os.getpid,
    open=os.open,
    write=os.write,
    close=os.close,
    dumps=json.dumps,
    **fields,
):
    """One line, unless this is a worker or some other child."""
    if getpid() != _PID:
        return
    fd = open(path, flags, 0o600)
    try:
        line = dumps({"kind": kind, **fields}).encode() + b"\n"
        while line:
            line = line[write(fd, line) :]
    finally:
        close(fd)


# ---- options ----


def _one_process(option):
    """Serial pytest, even where -n stands in addopts."""
    if hasattr(option, "numprocesses"):
        option.numprocesses = 0
        option.distload = False
        option.dist = "no"
        option.tx = []


def _same_order(option):
    """Plugins that shuffle get one seed for both sides; says which."""
    if getattr(option, "randomly_seed", None) == "default":
        option.randomly_seed = _orders["seed"]
        return "pytest-randomly"
    if hasattr(option, "random_order_seed") and not _orders["user_seed"]:
        # Where nobody asked for another order prun's own --random-order takes a seed for the wish.
        if getattr(option, "random_order", False) or getattr(option, "random_order_bucket", None):
            option.random_order_seed = str(_orders["seed"])
            return "pytest-random-order"
    return None


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config):
    if _orders["serial"]:
        known = early_config.known_args_namespace
        _emit("asked", workers=_asked(known))
        _one_process(known)
    yield


def _asked(option):
    """Did the configuration ask for workers?"""
    return getattr(option, "numprocesses", None) is not None or bool(getattr(option, "tx", None))


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    option = config.option
    if _orders["serial"]:
        _one_process(option)
    if hasattr(option, "xmlpath"):
        option.xmlpath = _orders["junit"]
    seeded = _same_order(option)
    if _orders["alone"]:
        _only_its_file(config)
    _emit(
        "start",
        pytest=pytest.__version__,
        rootdir=str(config.rootpath),
        maxfail=getattr(option, "maxfail", 0) or 0,
        shuffled=seeded,
    )
    yield


def _only_its_file(config):
    """Collect nothing but the one test, if its id begins with a file's name, as nearly all do."""
    path, sep, rest = _orders["select"][0].partition("::")
    path = config.rootpath / path
    if path.exists():
        config.args = [f"{path}{sep}{rest}"]
        config.option.pyargs = False


# ---- collection ----


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    yield
    if _orders["select"] is not None:
        there = {}
        for item in items:
            there.setdefault(str(item.nodeid), item)
        items[:] = [there[i] for i in _orders["select"] if i in there]


def _distributions(manager):
    found = {}
    for plugin, dist in manager.list_plugin_distinfo():
        found[id(plugin)] = f"{dist.metadata['name']} {dist.version}"
    return found


def _plugins(manager):
    """Those that neither pytest, the suite's conftests nor prun brought."""
    dists = _distributions(manager)
    for name, plugin in manager.list_name_plugin():
        module = getattr(plugin, "__name__", "")
        if plugin is None or not (isinstance(plugin, types.ModuleType) or id(plugin) in dists):
            continue
        if module.startswith(("_pytest.", "xdist", "prun")) or module == __name__:
            continue
        file = getattr(plugin, "__file__", None) or ""
        if os.path.basename(file) != "conftest.py":
            yield {"name": name, "dist": dists.get(id(plugin)), "module": module, "file": file}


def _fixtures(item):
    """The module that each fixture of the item comes from."""
    info = getattr(item, "_fixtureinfo", None)
    if info is None:
        return {}
    return {
        name: getattr(defs[-1].func, "__module__", None) or "" for name, defs in info.name2fixturedefs.items() if defs
    }


_collected = False


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session):
    global _collected
    _collected = True
    config = session.config
    _emit("plugins", plugins=list(_plugins(config.pluginmanager)))
    _emit("collected", tests=[[str(i.nodeid), _file(i, config)] for i in session.items])
    if _orders["alone"] and session.items:
        _emit("fixtures", modules=_fixtures(session.items[0]))
    _emit("mode", dist=getattr(config.option, "dist", "no"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node, ids):
    """Under xdist, and prun --xdist-exact, whose main process collects nothing."""
    config = node.config
    if not _collected and node.workerinput["workerid"] == "gw0":
        _emit("plugins", plugins=list(_plugins(config.pluginmanager)))
        _emit("collected", tests=[[str(i), str(i).partition("::")[0]] for i in ids])
        _emit("mode", dist=config.option.dist)


def _file(item, config):
    try:
        return os.path.relpath(item.path, config.rootpath)
    except (AttributeError, ValueError):
        return str(item.nodeid).partition("::")[0]


# ---- reports ----


def _short(longrepr):
    """Why it was skipped, or what the failure ends with."""
    if longrepr is None:
        return ""
    if isinstance(longrepr, tuple):
        return str(longrepr[-1])[:500]
    crash = getattr(longrepr, "reprcrash", None)
    return (crash.message if crash else str(longrepr)[-500:])[:500]


def pytest_collectreport(report):
    if report.outcome != "passed":
        _emit("collect", id=str(report.nodeid), outcome=report.outcome, text=_short(report.longrepr))


def pytest_runtest_logreport(report):
    _emit(
        "report",
        id=str(report.nodeid),
        when=report.when,
        outcome=report.outcome,
        xfail=hasattr(report, "wasxfail"),
        text=_short(report.longrepr),
        duration=round(report.duration, 6),
        worker=getattr(report, "worker_id", None),
    )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(exitstatus):
    _emit("finish", exit=int(exitstatus))
