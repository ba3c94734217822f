"""What ends the whole process while pytest configures and collects is told, with the file it was about.

A fatal signal and os._exit() would end the run without a word, and os._exit(0) even with success.  Tests run in
workers, which may do both; this is about what runs in the master before them.
"""
import os

import _prun
import pytest


class Guard:
    """A plugin, registered first and done when collection is."""

    def __init__(self):
        self._exit = os._exit
        _prun.guard("pytest starts (plugins and conftests)")
        os._exit = self._told_exit

    def _told_exit(self, status):
        """os._exit, also for those who keep it; children do as they like."""
        self._exit(_prun.guard_exit(status))

    def pytest_collectstart(self, collector):
        _prun.guard(f"{collector.nodeid or 'the suite'} is collected")

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection(self):
        yield
        self.done()

    def done(self):
        _prun.guard(None)
        if os._exit == self._told_exit:
            os._exit = self._exit
