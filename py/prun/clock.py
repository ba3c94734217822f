"""In a worker: when the time of an item counts (timeouts.py says how much it has)."""
import _prun
import pytest

from prun import timeouts


class Clock:
    """Says when an item's time counts, where that is not from its beginning to its end."""

    def __init__(self, config):
        option = config.option
        self._always = getattr(option, "timeout_disable_debugger_detection", False) or timeouts.ini(
            config, "timeout_disable_debugger_detection"
        )

    def pytest_enter_pdb(self):
        if not self._always:
            _prun.clock(False)

    def pytest_leave_pdb(self):
        if not self._always:
            _prun.clock(True)


class FunctionOnly(Clock):
    """Some items have a limit of their function alone."""

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        if timeouts.limit(item).func_only:
            _prun.clock(False)
        yield

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item):
        if not timeouts.limit(item).func_only:
            yield
            return
        _prun.clock(True)
        yield
        _prun.clock(False)


class Ended:
    """pytest-timeout has ended a test, perhaps: what is left to be done has as long again."""

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report):
        if report.failed and report.when != "teardown":
            _prun.clock(True)


def register(config, functions):
    """Before the first item.  functions: have some items a limit of their function alone?"""
    config.pluginmanager.register((FunctionOnly if functions else Clock)(config), "prun-clock")
    if timeouts.limits(config).spare and not functions:
        config.pluginmanager.register(Ended(), "prun-ended")
