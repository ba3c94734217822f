"""The pytest plugin: options, and a run loop that hands over to the C core.

Without ``-n`` (or ``--dist`` with ``--tx``) nothing here does anything: pytest runs as it always does.
"""
import gc
import sys
import time

import _prun
import pytest

from prun import rand  # noqa: F401  it has to see the generators before the suite is imported
from prun import (
    choosing, completion, contract, doctor, exact, fast, isolate, leaks, lines, live, memory, needs, options,
    polluter, random_order, report, reruns, sharing, shim, timeouts, verify,
)
from prun.fast import bytecode, capture, collect, fixtures, hooks, source, tmp_path

# Rooms with options or marks of prun's own: each may have
#   add_options(parser);
#   settle(args), which changes a list of arguments before it is parsed for good;
#   complete(parser, pluginmanager), which adds what depends on the plugins that are there;
#   configure(config), which registers what the options ask for.
ROOMS = (
    verify,
    exact,
    leaks,
    lines,
    live,
    needs,
    timeouts,
    isolate,
    reruns,
    fast,
    report,
    doctor,
    sharing,
    choosing,
    random_order,
    polluter,
    memory,
    completion,
)
plan_key = pytest.StashKey()
tx_key = pytest.StashKey()
runner_key = pytest.StashKey()
master_key = pytest.StashKey()
begun_key = pytest.StashKey()  # when the session began, by the monotonic clock
_registrations = None
loading = None  # a _Loading, while plugins are loaded
distributed = False  # has this run been handed over?


# ---- options and hooks: xdist's own where it is loaded, ours where it is not ----


def pytest_addoption(parser, pluginmanager):
    global loading, _registrations
    if hasattr(parser, "prog"):
        parser.prog = "prun"
    for room in ROOMS:
        if hasattr(room, "add_options"):
            room.add_options(parser)
    pluginmanager.register(options.Unasked(), "prun-unasked")
    _registrations = contract.Registrations(pluginmanager)
    loading = _Loading(parser, pluginmanager)


class _Loading:
    """Decides about xdist's options when it is known whether xdist is there.

    Plugins are loaded after ours was registered, and PytestPluginManager.consider_env() is the last step
    of that loading, in every pytest from 7.2 on; options registered there still come before the command
    line is parsed for good.
    """

    def __init__(self, parser, manager):
        self._parser = parser
        self._manager = manager
        self._name = "prun-xdist"
        self._layered = self._complete = False
        self.in_worker = None  # called in a worker that was forked here
        self._preparse, manager.consider_preparse = manager.consider_preparse, self._consider_preparse
        self._env, manager.consider_env = manager.consider_env, self._consider_env

    def _consider_preparse(self, args, **kwargs):
        self.begin(args)
        self._preparse(args, **kwargs)

    def _consider_env(self):
        self._env()
        self.end()

    def begin(self, args):
        """Before other plugins are imported: some import xdist, and do without it for good if they can't."""
        _each_room("settle", args)
        wanted = shim.wanted(args)
        self._layered = wanted and exact.wanted(args)
        if wanted:
            shim.install()
            self._name = "xdist"

    def end(self):
        """All plugins are there."""
        manager = self._manager
        if self._complete:
            return
        self._complete = True
        _each_room("complete", self._parser, manager)
        if manager.is_blocked("prun"):
            manager.unregister(sys.modules[__name__])
            options.complete(self._parser)  # addopts may have some
            return
        if manager.hasplugin("xdist"):
            options.complete(self._parser)
        else:
            _stand_in(self._parser, manager, self._name)
        if self._layered:
            exact.open_layer(manager)
            if exact.worker and self.in_worker:
                self.in_worker()


def _each_room(function, *args):
    for room in ROOMS:
        if hasattr(room, function):
            getattr(room, function)(*args)


def _stand_in(parser, pluginmanager, name):
    from prun import newhooks, standin

    _refuse_taken(parser)
    options.complete(parser)
    if not _has_spec(pluginmanager, "pytest_configure_node"):
        pluginmanager.add_hookspecs(newhooks)
    if name == "xdist" and pluginmanager.is_blocked(name):
        # -p no:xdist keeps pytest-xdist away.  Who asks for the name asks whether there will be workers, and
        # would else be surprised by config.workerinput (pytest-randomly's has no seed then).
        del pluginmanager._name2plugin[name]
    pluginmanager.register(standin, name)


def _has_spec(pluginmanager, name):
    """-p xdist -p no:xdist leaves xdist's hooks, as it leaves its options."""
    hook = getattr(pluginmanager.hook, name, None)
    return hook is not None and hook.has_spec()


def _refuse_taken(parser):
    taken = options.taken(parser)
    if taken:
        raise pytest.UsageError(
            f"another plugin uses {', '.join(taken)}, which prun shares with pytest-xdist; "
            "disable that plugin with -p no:NAME"
        )


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """Before xdist's own answer, which knows nothing of a container's limit, but after a conftest's."""
    from prun import standin

    manager = config.pluginmanager
    without = [sys.modules[__name__], standin, manager.get_plugin("xdist")]
    for impl in config.hook.pytest_xdist_auto_num_workers.get_hookimpls():
        if impl.hookwrapper or getattr(impl, "wrapper", False):
            without.append(impl.plugin)  # is called around this function
    number = manager.subset_hook_caller("pytest_xdist_auto_num_workers", without)(config=config)
    return options.auto_workers(config) if number is None else number


class DistSession:
    """Registered as "dsession" in a distributed run, for code that asks hasplugin("dsession")."""

    def __init__(self, config):
        self.config = config


# ---- taking the run over ----


def pytest_configure(config):
    _each_room("configure", config)


def pytest_cmdline_main(config):
    """After xdist or its stand-in has made sense of the options (tryfirst), before pytest configures."""
    options.unhide(config)
    if config.option.print_completion:
        exact.close_layer()
        return completion.main(config)
    verify.refuse_elsewhere(config.option)
    hooks.install(config)
    source.install(config)
    bytecode.install(config)
    plan = options.plan(config)
    config.stash[plan_key] = plan
    if plan:
        config.pluginmanager.register(collect.Plugin(), "prun-collect")
    if not plan or config.option.doctor:
        gc.unfreeze()  # main.py froze what pytest is made of
        exact.close_layer()
    if config.option.doctor and not config.option.help:
        return doctor.examine(config)
    if plan:
        config.stash[tx_key] = config.option.tx
        # An installed xdist starts its own session where dist and tx are set; dist must stay for others.
        config.option.tx = []


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    config = session.config
    if not config.stash.get(plan_key, None):
        return
    config.stash[begun_key] = time.monotonic()
    # Every pytest_configure has run, xdist's among them.
    config.option.tx = config.stash[tx_key]
    if not config.pluginmanager.is_blocked("dsession"):
        config.pluginmanager.register(DistSession(config), "dsession")
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if reporter:
        # Results of several files arrive mixed, so there is no line for each file.
        reporter.showfspath = False


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session):
    if not exact.opened:
        return None
    from prun.exact.master import Controller
    from prun.master import Master

    layer = Controller(session)
    master = Master(session, session.config.stash[plan_key], _registrations, layer)
    session.config.stash[master_key] = master
    layer.collect(master)
    return True


def pytest_runtestloop(session):
    reruns.arm(session)
    if exact.worker:
        if sharing.wanted(session.config):
            from prun.sharing import once

            once.refuse(session, exact.OPTION)
        return exact.worker.loop(session)
    plan = session.config.stash.get(plan_key, None)
    if session.config.option.collectonly:
        return None
    if not plan:
        timeouts.suggest(session)
        return isolate.loop(session)
    if hasattr(session.config, "workerinput"):
        return session.config.stash[runner_key].loop()
    if session.testsfailed and not session.config.option.continue_on_collection_errors:
        return None  # pytest's own loop says it
    exact.suggest(session.config, session.items)
    if not session.items:
        return None
    # Before the fork what the suite has left as garbage ends as it would.  The collector would begin to look for it by
    # itself if this came after what follows, and do the same work twice.
    _prun.collect_new()
    from prun.master import Master

    tmp_path.take(session.config)
    capture.take(session.config)
    fixtures.take(session)
    global distributed
    distributed = True
    master = session.config.stash.get(master_key, None) or Master(session, plan, _registrations)
    with sharing.held(session, plan.testrunuid):
        return master.run()
