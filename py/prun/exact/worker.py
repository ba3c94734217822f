"""xdist-exact mode, in a worker of the layer: it configures and collects for itself, then waits for work."""
import fcntl
import marshal
import os
from collections import Counter

import _prun
import pytest

from prun import child, plain, reports, timeouts
from prun.items import StandIn, c_string
from prun.runner import Recorder, Runner

_SHOWN = 10  # differing ids


class _Recorder(Recorder):
    """Records collection too; and items' reports travel whole, as the master has no items to fill them in from."""

    def begin(self, item):
        super().begin(item)
        self._clean = False

    def pytest_collectreport(self, report):
        if not report.passed:
            self.events.append(["collect", report])

    def pytest_deselected(self, items):
        self.events.append(["deselected", [str(item.nodeid) for item in items]])

    def _serialise(self, event):
        if event[0] == "collect":
            return ["collect", *reports.dump(self.config, event[1])[1:]]
        return super()._serialise(event)


class Worker:
    """The plugin by which a worker of the layer is a worker, from before the conftests to its end."""

    def __init__(self, given, master):
        said = marshal.loads(plain.whole(given))
        self._input = said["workerinput"]
        self._number = said["number"]
        self._basetemp = said["basetemp"]
        self._first = said["first"]
        self._master = master
        self._ending = {}  # why the session ended early, for the master
        self._runner = None
        child.set_identity(self._input, said["env"], said["nice"])
        # Standard error goes where the master can read it even when this worker ends before it has joined.
        os.ftruncate(given, 0)
        fcntl.fcntl(given, fcntl.F_SETFL, fcntl.fcntl(given, fcntl.F_GETFL) | os.O_APPEND)
        self._early = given
        null = os.open(os.devnull, os.O_RDWR)
        for fd, to in ((0, null), (1, null), (2, given)):
            os.dup2(to, fd)
        os.close(null)

    # ---- the session, up to the list of items ----

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_cmdline_main(self, config):
        child.be_worker(config, self._input)
        # While it collects a worker cannot ask for the terminal.
        self._usepdb, config.option.usepdb = getattr(config.option, "usepdb", False), False
        if self._basetemp:
            config.option.basetemp = self._basetemp
        self._recorder = _Recorder(config)
        config.pluginmanager.register(self._recorder, "prun-recorder")
        yield

    def pytest_keyboard_interrupt(self, excinfo):
        if not issubclass(excinfo.type, KeyboardInterrupt):
            self._ending["exit"] = str(excinfo.value)

    def pytest_internalerror(self, excrepr):
        self._ending.setdefault("internalerror", str(excrepr))

    def loop(self, session):
        """What pytest_runtestloop is here."""
        events = self._recorder.take()
        if self._first:
            stop = str(session.shouldstop or session.shouldfail or "")
            items = [StandIn.pack(*of) for of in zip(session.items, timeouts.seconds(session, session.items))]
            plain.send(self._master, {"items": items, "events": events, "stop": stop})
        joined = _prun.join(self._number, self._master, [(c_string(item.nodeid), None) for item in session.items])
        if joined is not None:
            self._take_part(session, joined[0], child.Descriptors(*joined[1:]))
        return True

    def _take_part(self, session, list_, fds):
        os.write(fds.err, plain.whole(self._early))
        os.ftruncate(self._early, 0)
        terminal = child.redirect(session.config, fds)
        wanted = marshal.loads(plain.whole(list_))
        os.close(list_)
        session.config.option.usepdb = self._usepdb
        self._runner = Runner(session, terminal, self._recorder)
        ids = [str(item.nodeid) for item in session.items]
        if ids == wanted:
            self._runner.loop()
        else:
            self._ending["collection"] = difference(wanted, ids, self._input["workerid"])

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session):
        if self._runner:
            self._runner.prepare_end()
        yield
        if self._runner:
            self._runner.goodbye(self._ending)

    def leave(self, status):
        """pytest.main() has returned: end this process."""
        if not self._runner:
            for text in self._ending.values():
                os.write(2, f"{text}\n".encode())
            if self._first:
                try:
                    plain.send(self._master, {"ended": status, **self._ending})
                except OSError:
                    pass  # nobody waits for it
        child.leave()
        os._exit(0)


def difference(wanted, ids, workerid):
    """In words: what a worker has collected, and the first worker has not, and the other way round."""
    missing = list((Counter(wanted) - Counter(ids)).elements())
    extra = list((Counter(ids) - Counter(wanted)).elements())
    lines = [f"Different tests were collected between gw0 and {workerid}."]
    for what, names in (("Only gw0 has", missing), (f"Only {workerid} has", extra)):
        if names:
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            lines.append(f"{what}: {', '.join(names[:_SHOWN])}{more}")
    if not missing and not extra:
        lines.append("They are the same tests in another order.")
    lines.append("Ids must not depend on the worker, on time, or on the order of a set.")
    return "\n".join(lines)
