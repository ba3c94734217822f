"""Isolation where there are no workers: items that want a process of their own have one, the others run here."""
import json

import _prun
from _pytest.outcomes import Exit

from prun import codec, junit
from prun.isolate import process
from prun.runner import Runner
from prun.telling import Teller

_PATIENCE = 1.0  # seconds after which an interrupt goes on to the process: it is the terminal's as well
# What is reported is told here; in the processes nobody but the recorder hears of it, or some would write it twice.
_TOLD_HERE = (
    "pytest_runtest_logstart", "pytest_runtest_logreport", "pytest_runtest_logfinish", "pytest_warning_recorded",
)


class Judge:
    """Asks what the terminal reporter would ask, were it not deaf: in that pytest fails a pass whose subtests failed."""

    def __init__(self, config):
        self._config = config

    def pytest_runtest_logreport(self, report):
        self._config.hook.pytest_report_teststatus(report=report, config=self._config)


class _Alone(Teller):
    """Tells of items that are this process's own, whichever ran them."""

    def __init__(self, session):
        super().__init__(session, None)
        self.live = True
        self.nodes = {0: None}

    def _of_worker(self, worker, index, report):
        return report

    def _logstart(self, worker, nodeid, location):
        self.hook.pytest_runtest_logstart(nodeid=nodeid, location=location)

    def _must_be_its_own(self, worker, item, report):
        pass

    def say_of(self, index, said):
        """And that the item is over."""
        item, events = self.items[index], json.loads(said, object_hook=_untagged)
        self.events(0, index, events)
        self.finished(item, events)


def _untagged(obj):
    return codec.untag(*next(iter(obj.items()))) if len(obj) == 1 else obj


def deafen(config, recorder):
    for name in _TOLD_HERE:
        hook = getattr(config.hook, name)
        for impl in hook.get_hookimpls():
            if impl.plugin is not recorder:
                hook._remove_plugin(impl.plugin)
    if config.pluginmanager.hasplugin("terminalreporter"):
        config.pluginmanager.register(Judge(config))


class Loop:
    """One run in one process."""

    def __init__(self, session):
        self.session = session
        self.config = session.config
        self.teller = _Alone(session)
        self.runner = Runner(session, None)
        self.config.pluginmanager.unregister(self.runner.recorder)
        self.isolation = process.Isolation(session, self.runner, self._prepare, _PATIENCE)

    def _prepare(self):
        """In the layer."""
        recorder = self.runner.recorder
        self.config.hook.pytest_warning_recorded._call_history.clear()
        self.config.pluginmanager.register(recorder, "prun-recorder")
        deafen(self.config, recorder)

    def run(self):
        items = list(self.session.items)
        with self.isolation:
            for index, item in enumerate(items):
                following = index + 1 if index + 1 < len(items) else None
                if self.isolation.wants(item):
                    self._apart(index, following)
                else:
                    nextitem = None if following is None else items[following]
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
                    if self.runner.reruns and self.runner.reruns.pending is not None:
                        self._apart(index, following, 1)
                if self.session.shouldfail:
                    raise self.session.Failed(self.session.shouldfail)
                if self.session.shouldstop:
                    raise self.session.Interrupted(self.session.shouldstop)
        return True

    def _apart(self, index, following, attempt=0):
        item, hook = self.session.items[index], self.config.hook
        hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        verdict, said = self.isolation.run(index, following, attempt)
        interrupts = self.isolation.nursery.interrupts
        if interrupts > 1 or (interrupts and verdict == _prun.BREAK):
            raise KeyboardInterrupt  # it was broken off, and has no outcome
        junit.add_properties(self.config, self.runner.junit.taken())
        self.teller.say_of(index, said)
        if self.runner.internalerror:
            raise RuntimeError(self.runner.internalerror)
        if verdict == _prun.BREAK or interrupts:
            raise KeyboardInterrupt
        if verdict == _prun.LEAVE and not (self.session.shouldfail or self.session.shouldstop):
            raise Exit(f"pytest.exit() in {item.nodeid}")


def loop(session):
    return Loop(session).run()
