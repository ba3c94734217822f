"""How long fixtures take to set up: measured where tests run, told with the test that was the first to want them."""
import time

import pytest

LEAST = 0.001  # seconds; a set-up that takes less is not told


class Times:
    """The plugin, in the master and, forked or configured anew, in each worker."""

    def __init__(self, config):
        self._config = config

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef):
        begin = time.perf_counter()
        yield
        took = time.perf_counter() - begin
        if took >= LEAST:
            self._tell([str(fixturedef.argname), str(fixturedef.scope), str(fixturedef.baseid or ""), took])

    def _tell(self, said):
        manager = self._config.pluginmanager
        recorder = manager.getplugin("prun-recorder")
        if recorder:
            recorder.events.append(["fixture", *said])
        else:
            manager.getplugin("prun-report").fixture(*said)
