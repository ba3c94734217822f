"""The pytest plugin: options, and a run loop that hands over to the C core.

Without ``-n`` (or ``--dist`` with ``--tx``) nothing here does anything: pytest runs as it always does.
"""
import sys
import uuid

import pytest

from prun import contract, newhooks, options

plan_key = pytest.StashKey()
tx_key = pytest.StashKey()
runner_key = pytest.StashKey()
_registrations = None


# ---- options and hooks: xdist's own where it is loaded, ours where it is not ----


def pytest_addoption(parser, pluginmanager):
    """Decide about xdist's options when it is known whether xdist is there.

    Plugins are loaded after ours was registered, and PytestPluginManager.consider_env() is the last step
    of that loading, in every pytest from 7.2 on; options registered there still come before the command
    line is parsed for good.
    """
    if hasattr(parser, "prog"):
        parser.prog = "prun"
    global _registrations
    _registrations = contract.Registrations(pluginmanager)
    consider_env = pluginmanager.consider_env

    def consider_env_and_stand_in():
        consider_env()
        if pluginmanager.hasplugin("xdist"):
            options.complete(parser)
        elif not pluginmanager.hasplugin("prun-xdist"):
            pluginmanager.add_hookspecs(newhooks)
            pluginmanager.register(StandIn(parser), "prun-xdist")

    pluginmanager.consider_env = consider_env_and_stand_in


class StandIn:
    """What xdist's plugin offers, where it is absent."""

    def __init__(self, parser):
        taken = options.taken(parser)
        if taken:
            raise pytest.UsageError(
                f"another plugin uses {', '.join(taken)}, which prun shares with pytest-xdist; "
                "disable that plugin with -p no:NAME"
            )
        options.add(parser)

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config):
        options.normalise(config)

    def pytest_xdist_auto_num_workers(self, config):
        return options.auto_workers(config)

    def pytest_configure(self, config):
        config.addinivalue_line(
            "markers",
            "xdist_group: specify group for tests should run in same session in relation to one another.",
        )

    @pytest.fixture(scope="session")
    def worker_id(self, request):
        """Id of the worker that runs the test ('gw0', …), or 'master' when tests run in one process."""
        return getattr(request.config, "workerinput", {"workerid": "master"})["workerid"]

    @pytest.fixture(scope="session")
    def testrun_uid(self, request):
        """Identifier of this test run, the same in every worker."""
        if hasattr(request.config, "workerinput"):
            return request.config.workerinput["testrunuid"]
        return uuid.uuid4().hex


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """Before xdist's own answer, which knows nothing of a container's limit, but after a conftest's."""
    ours = (sys.modules[__name__], *map(config.pluginmanager.get_plugin, ("xdist", "prun-xdist")))
    impls = config.hook.pytest_xdist_auto_num_workers.get_hookimpls()
    if any(impl.plugin not in ours for impl in impls):
        return None
    return options.auto_workers(config)


# ---- taking the run over ----


def pytest_cmdline_main(config):
    """After xdist or its stand-in has made sense of the options (tryfirst), before pytest configures."""
    plan = options.plan(config)
    config.stash[plan_key] = plan
    if plan:
        config.stash[tx_key] = config.option.tx
        # An installed xdist starts its own session where dist and tx are set; dist must stay for others.
        config.option.tx = []


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    config = session.config
    if not config.stash.get(plan_key, None):
        return
    # Every pytest_configure has run, xdist's among them.
    config.option.tx = config.stash[tx_key]
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if reporter:
        # Results of several files arrive mixed, so there is no line for each file.
        reporter.showfspath = False


def pytest_runtestloop(session):
    plan = session.config.stash.get(plan_key, None)
    if not plan or session.config.option.collectonly:
        return None
    if hasattr(session.config, "workerinput"):
        return session.config.stash[runner_key].loop()
    if session.testsfailed and not session.config.option.continue_on_collection_errors:
        return None  # pytest's own loop says it
    if not session.items:
        return None
    from prun.master import Master

    return Master(session, plan, _registrations).run()
