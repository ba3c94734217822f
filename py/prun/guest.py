"""``pytest -p prun``: a pytest that somebody else has started, such as an editor or a script, is the host of a run.

What main.py does around a run of prun's own is done here from within.

PYTEST_DONT_REWRITE
"""
import gc
import os
import shlex

import pytest

import prun
from prun.__main__ import unfit


def pytest_addoption(parser, pluginmanager):
    """What a plugin is asked first: let prun's own plugin be there, as if it had been from the beginning."""
    if pluginmanager.hasplugin("prun.plugin"):
        return  # prun itself runs, and addopts name it
    _check(pluginmanager)
    prun.hide()
    config = pluginmanager.getplugin("pytestconfig")
    plugin = _enter(config)
    prog = getattr(parser, "prog", None)
    pluginmanager.register(plugin)
    parser.prog = prog
    plugin.loading.in_worker = lambda: _be_worker(config)
    plugin.loading.begin(_arguments(config))
    if "prun" in os.environ.get("PYTEST_PLUGINS", "").split(","):
        plugin.loading.end()


def _check(pluginmanager):
    why = unfit()
    if why:
        raise pytest.UsageError(why)
    if any(str(name).endswith("conftest.py") for name, _ in pluginmanager.list_name_plugin()):
        raise pytest.UsageError("a conftest is too late to load prun; use -p prun, on the command line or in addopts")
    try:
        import _prun  # noqa: F401
    except ImportError as e:
        raise pytest.UsageError(f"prun's core cannot be loaded: {e}") from None


def _enter(config):
    """What comes before a run, and what is to come after it.  Returns prun's plugin."""
    import _prun

    from prun import collecting, plugin

    _prun.watch_gc()
    guard = collecting.Guard()
    config.pluginmanager.register(guard)
    config.add_cleanup(guard.done)
    config.add_cleanup(gc.unfreeze)  # master.py froze what had been collected
    return plugin


def _arguments(config):
    """Those that pytest is about to parse: of the configuration, of the environment, and given."""
    given = config.invocation_params.args
    return [*config.getini("addopts"), *shlex.split(os.environ.get("PYTEST_ADDOPTS", "")), *given]


def _be_worker(config):
    """In a worker of --xdist-exact: run pytest as prun does in such a worker, and never return to who started this one."""
    from prun import exact, plugin

    params = config.invocation_params
    status = pytest.main(list(params.args), plugins=[*(params.plugins or ()), plugin])
    exact.worker.leave(int(status))
