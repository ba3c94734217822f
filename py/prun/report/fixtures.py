"""How long fixtures take to set up: measured where tests run, told with the test that was the first to want them."""
import time

import pytest

from prun.report import NAME

LEAST = 0.001  # seconds; a set-up that takes less is not told


class Times:
    """The plugin, in the master and, forked or configured anew, in each worker."""

    def __init__(self, config):
        self._config = config

    _clock = time.perf_counter  # of the class: what stops clocks for a test looks at modules

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef):
        begin = self._clock()
        yield
        took = self._clock() - begin
        if took >= LEAST:
            self._tell([str(fixturedef.argname), str(fixturedef.scope), str(fixturedef.baseid or ""), took])

    def _tell(self, said):
        manager = self._config.pluginmanager
        recorder = manager.getplugin("prun-recorder")
        if recorder:
            recorder.events.append(["fixture", *said])
        else:
            manager.getplugin(NAME).set_up_here(*said)
