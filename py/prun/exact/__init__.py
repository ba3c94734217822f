"""xdist-exact mode: workers that are forked before pytest is configured, for suites that ask while they are imported
which worker they are in.

Each worker loads the conftests, configures and collects for itself, as xdist's do; the master, like xdist's
controller, does not collect.  The first worker's list becomes the master's, and a worker that has collected another
one takes no part, and says what differs.

The layer (prun/layer.h) stands where all plugins are loaded and no conftest is: open_layer() returns there once in
the master and once in each worker, which then simply goes on.  What the two do then is in master.py and
worker.py, which ordinary runs do not import.
"""
import os

import _prun
import pytest

OPTION = "--xdist-exact"

worker = None  # in a worker of the layer: its Worker (worker.py)
opened = False  # in the master: is there a layer?


def add_options(parser):
    parser.getgroup("prun", "prun").addoption(
        OPTION,
        dest="xdist_exact",
        action="store_true",
        help="Fork workers before pytest is configured: each loads conftests, configures and collects for itself, as "
        "with xdist. For suites that ask while they are imported which worker they are in; slower",
    )


def wanted(args):
    """Is the option among these arguments (addopts included)?"""
    return OPTION in (args[: args.index("--")] if "--" in args else args)


def open_layer(pluginmanager):
    """In the master, and again in each worker, from where this returns."""
    global worker, opened
    if not worker:
        try:
            there = _prun.layer()
        except OSError as e:
            raise pytest.UsageError(f"{OPTION}: {unforked(e)}") from None
        opened = there is None
        if not opened:
            from prun.exact.worker import Worker

            worker = Worker(*there)
    if worker:
        pluginmanager.register(worker, "prun-exact-worker")


def unforked(e):
    return f"cannot fork a worker; use fewer (-n) or raise the limits of processes and files (ulimit -u, -n): {e.strerror}"


def close_layer():
    global opened
    if opened:
        opened = False
        _prun.close_layer()


def suggest(config, items):
    """Without a layer: one line if a conftest or test module asks at import which worker it is in."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if opened or not reporter or getattr(config.option, "verbose", 0) < 0:
        return
    found = _asked_at_import(config, items)
    if found:
        file, line, word = found
        reporter.write_line(
            f"{file}:{line} reads {word} while it is imported, before there are workers; "
            f"if they must differ in that: {OPTION}"
        )


def _asked_at_import(config, items):
    """(file, line, word), or None."""
    from prun.verify import scan

    plugins = config.pluginmanager.get_plugins()
    conftests = {f for f in (getattr(plugin, "__file__", None) for plugin in plugins) if _is_conftest(f)}
    modules = {str(path) for path in (getattr(item, "path", None) for item in items) if str(path).endswith(".py")}
    for file in [*sorted(conftests), *sorted(modules)]:
        found = scan.identity(file)
        if found:
            return (os.path.relpath(file, config.rootpath), *found)
    return None


def _is_conftest(file):
    return type(file) is str and os.path.basename(file) == "conftest.py"
