"""A worker's session: runs items as pytest's own loop does, and records what they report."""
import os
import signal
import time
import traceback
import weakref
from os import _exit, getpid  # tests patch os

import _prun
from _pytest import runner as pytest_runner
from _pytest._code import ExceptionInfo
from _pytest.outcomes import Exit, fail
from _pytest.reports import TestReport

from prun import codec, debug, isolate, junit, late, quiet, reports, reruns, stacks, timeouts

_PLAIN = frozenset((bool, int, float, str))
PHASES = ("setup", "call", "teardown")


def _standard_attributes():
    return TestReport("n", ("f", 0, "d"), {}, "passed", None, "call").__dict__.keys()


def _left_attributes(before, after):
    """What anybody but pytest itself may have left on an item, as far as it is the same in any process.

    before, after: the item's attributes.
    """
    return {
        name: value
        for name, value in after.items()
        if type(value) in _PLAIN and name[:1] != "_" and (name not in before or before[name] != value)
    }


class Recorder:
    """Collects the events of one item (lists as in prun-events(5))."""

    def __init__(self, config):
        self.config = config
        self.events = []
        self.reports = 0
        self.terse = True  # may three passes be said in the short form?
        self._clean = False
        self.last = None  # of the item's reports
        self._standard = _standard_attributes()
        hook = config.hook.pytest_report_to_serializable
        # A plugin that serialises reports in its own way must be asked about every one of them.
        self._only_builtin = all(
            getattr(impl.plugin, "__name__", "").startswith("_pytest.") for impl in hook.get_hookimpls()
        )

    def begin(self, item):
        self.events = []
        self.reports = 0
        self.last = None
        self._item = item
        self._keywords = dict.fromkeys(item.keywords, 1)
        self._clean = self._only_builtin and self.terse

    def retract(self, reports):
        """These are as if they had not been reported."""
        kept = [event for event in self.events if event[0] != "report" or event[1] not in reports]
        self.reports -= len(self.events) - len(kept)
        self.events = kept

    def resume(self, events):
        """Go on after these, which came before begin() was called."""
        self.events += events
        self.reports += sum(event[0] == "report" for event in events)
        self._clean = self._clean and not events

    def _is_plain(self, report):
        """A pass of which all but its times and what somebody has put on it is known in the master.

        Asked when all have heard of it: pytest itself makes a failure of a pass with failed subtests then.
        """
        item = self._item
        return (
            self._only_builtin
            and type(report) is TestReport
            and report.outcome == "passed"
            and report.when in PHASES
            and report.longrepr is None
            and report.nodeid == item.nodeid
            and report.location == item.location
            and report.__dict__.keys() >= self._standard
            and report.keywords == self._keywords
            and not weakref.getweakrefcount(report)
        )

    def _is_clean(self, report):
        return (
            self.reports < 3
            and report.when == PHASES[self.reports]
            and not report.sections
            and not report.user_properties
            and report.__dict__.keys() == self._standard
        )

    def _pass(self, report):
        """A plain pass as an event."""
        more = {name: value for name, value in vars(report).items() if name not in self._standard}
        for name in ("sections", "user_properties"):
            if getattr(report, name):
                more[name] = getattr(report, name)
        times = [report.duration, getattr(report, "start", 0.0), getattr(report, "stop", 0.0)]
        location = self._item.location if report.when == "setup" else None
        return ["passed", PHASES.index(report.when), times, more, location]

    def pytest_runtest_logstart(self, nodeid, location):
        # The master has been told that the item started.
        if self.events or nodeid != self._item.nodeid:
            self.events.append(["logstart", nodeid, location])

    def pytest_runtest_logfinish(self, nodeid, location):
        self.events.append(["logfinish", nodeid, location])

    def pytest_runtest_logreport(self, report):
        self._clean = self._clean and self._is_clean(report)
        if not hasattr(report, "context"):  # a subtest's is beside the item's own
            self.last = report
        self.reports += 1
        self.events.append(["report", report])

    def pytest_warning_recorded(self, warning_message, when, nodeid, location):
        self.events.append(["warning", codec.dump_warning(warning_message), when, nodeid, location])

    def _serialise(self, event):
        if event[0] != "report":
            return event
        report = event[1]
        return self._pass(report) if self._is_plain(report) else reports.dump(self.config, report)

    def take(self):
        """The events so far, as JSON."""
        events, self.events = self.events, []
        if events and events[-1][0] == "logfinish" and events[-1][1] == self._item.nodeid:
            events.pop()  # the master says it when all else has been said; warnings may come after it
        if self._clean and len(events) == 3 and self.reports == 3 and all(self._is_plain(r) for _, r in events):
            # The location comes along: finding it out costs more than all the rest of the replay.
            times = []
            for _, report in events:
                times += (report.duration, getattr(report, "start", 0.0), getattr(report, "stop", 0.0))
            clean = codec.encode_clean(self._item.location, times)
            if clean:
                return clean
        told = [self._serialise(event) for event in events]
        passes = codec.encode_passes(told) if len(told) == self.reports == len(PHASES) else None
        return passes or codec.encode(told)


class Runner:
    """A worker's session; the core calls run() for each item (src/bridge.c)."""

    def __init__(self, session, terminal, recorder=None):
        self.session = session
        self.config = session.config
        self.terminal = terminal  # kept open as long as this process lives
        self.items = list(session.items)  # a test may change that one
        self.pid = getpid()
        self.internalerror = None
        self.fuse = None  # a function that lets the core run items without their hooks (fast/run.py); None: it must not
        self.isolation = None  # isolate.Isolation, if any item is to run in a process of its own
        self.reruns = self.config.pluginmanager.getplugin(reruns.NAME)  # attempts.Reruns, or None
        self.junit = junit.WorkerSide(self.config)
        self.recorder = recorder or Recorder(self.config)
        if not recorder:
            self.config.pluginmanager.register(self.recorder, "prun-recorder")
        self.debugging = debug.Debugging(self.config)
        if hasattr(self.config, "workerinput"):
            self.debugging.install()
        if quiet.needed(self.config):
            self.config.pluginmanager.register(quiet.Quiet(), "prun-quiet")

    def run(self, index, nextindex):
        """Run one item; returns (verdict, JSON)."""
        if self.isolation and self.isolation.wants(self.items[index]):
            return self.isolation.run(index, nextindex)
        verdict, said = self.run_here(index, nextindex)
        if self.reruns and self.reruns.pending is not None and verdict == _prun.GO:
            return self.isolation.run(index, nextindex, 1, said)
        return verdict, said

    def run_here(self, index, nextindex):
        """Likewise, in this process."""
        item = self.items[index]
        nextitem = None if nextindex is None else self.items[nextindex]
        self.recorder.begin(item)
        before = vars(item).copy()
        raised = None
        try:
            item.ihook.pytest_runtest_protocol(item=item, nextitem=nextitem)
        except BaseException as e:
            raised = e
        return self.end(index, nextitem, before, raised)

    def end(self, index, nextitem, before, raised):
        """An item has run; returns (verdict, JSON).

        before: its attributes before it ran; raised: what its protocol raised, or None.
        """
        item = self.items[index]
        self.debugging.give_back()
        verdict = _prun.GO
        if debug.is_quit(raised):
            self.session.shouldstop = self.session.shouldstop or str(raised)
            self._broken_off(item, fail.Exception(str(raised), pytrace=False).with_traceback(raised.__traceback__))
        elif isinstance(raised, (Exit, KeyboardInterrupt)):
            self._broken_off(item, raised)
            verdict = _prun.BREAK if isinstance(raised, KeyboardInterrupt) else _prun.LEAVE
        elif raised is not None:
            self._internal(raised)
            self._broken_off(item, raised)
            verdict = _prun.LEAVE
        if getpid() != self.pid:
            # The test forked and its child came back into pytest: it must not speak for the worker.
            _exit(0)
        if self.session.shouldfail or self.session.shouldstop or not self._torn_down(nextitem):
            verdict = verdict or _prun.LEAVE
        left = _left_attributes(before, vars(item))
        if left:
            self.recorder.events.insert(0, ["item", left])
        self._note_junit(index)
        return verdict, self.recorder.take()

    def _note_junit(self, index):
        self.junit.note_properties(index)
        nodeid = self.items[index].nodeid
        attributes = self.junit.attributes(nodeid)
        if attributes:
            # First, since the teardown report closes the book on the item.
            self.recorder.events.insert(0, ["xml", nodeid, attributes])

    def passed(self, index, phases):
        """An item has passed in silence, without this runner's doing; returns (verdict, JSON).

        phases: (duration, start, stop) of each.
        """
        times = [time for phase in phases for time in phase]
        self.junit.note_properties(index)
        return _prun.GO, codec.encode_clean(self.items[index].location, times)

    def _torn_down(self, nextitem):
        """Is only set up what the next item needs?

        SystemExit and the like, raised in a teardown, keep pytest from the rest of it, and then it fails the
        next item, which has done nothing: another worker runs that one.
        """
        last = self.recorder.last
        # Not "failed" alone: that of an expected failure is "skipped".
        if nextitem is None or not last or last.when != "teardown" or last.outcome == "passed":
            return True
        needed = nextitem.listchain()
        return all(node in needed for node in self.session._setupstate.stack)

    def _phase(self):
        """The one that an exception broke off; None: it came after the last."""
        # pytest leaves its variable as it was.
        when = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition("(")[2].rstrip(")")
        last = self.recorder.last
        if when not in PHASES:
            when = PHASES[min(self.recorder.reports, 2)]
        if last and last.when == when:
            # It came between two: a thread of a test had sent SIGINT.
            when = {"setup": "call" if last.outcome == "passed" else "teardown", "call": "teardown"}.get(when)
        return when

    def _broken_off(self, item, raised):
        """Report the item as failed in the phase that was broken off: it has no report of that phase."""
        when = self._phase()
        if when is None:
            return  # all has been told of it
        now = time.time()
        excinfo = ExceptionInfo.from_exc_info((type(raised), raised, raised.__traceback__))
        call = pytest_runner.CallInfo(
            result=None, excinfo=excinfo, start=now, stop=now, duration=0, when=when, _ispytest=True
        )
        # As for any exception but these two; the report's text says which it was.
        report = TestReport.from_item_and_call(item, call)
        report.outcome = "failed"
        self.recorder.pytest_runtest_logreport(report)

    def loop(self):
        """Take items from the master until it has none left; what pytest_runtestloop is in a worker."""
        stacks.answer()
        timeouts.join(self.session)
        if not isolate.needed(self.session):
            _prun.work(self)
            return True
        from prun.isolate import process

        with process.Isolation(self.session, self) as self.isolation:
            _prun.work(self)
        return True

    def tear_down_rest(self):
        """What is still set up where items were broken off."""
        state, left = self.session._setupstate, None
        while state.stack and len(state.stack) != left:
            left = len(state.stack)
            try:
                state.teardown_exact(None)
            except BaseException:
                # As in pytest's own session finish there is no report that it could go to.
                traceback.print_exc()

    def prepare_end(self):
        """The session is over: what xdist tells about it, for those who finish it."""
        # The first interrupt has nothing left to break off, and the second one kills.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        session = self.session
        self.config.workeroutput.update(
            exitstatus=int(bool(session.testsfailed)), shouldfail=session.shouldfail, shouldstop=session.shouldstop
        )

    def finish(self, part):
        """End the session: tear down what is left, and say goodbye.

        part: the contract.WorkerPart of this run.
        """
        session = self.session
        self.prepare_end()
        self.tear_down_rest()
        try:
            with quiet.Quiet((1,)).silence():
                part.finish(session, int(bool(session.testsfailed)))
        except BaseException as e:
            self._internal(e)
        self.goodbye()

    def goodbye(self, more=()):
        """Tell the master what it wants to know, and `more` (pairs)."""
        late_errors = late.collect(self.config)
        if self.recorder.events:
            _prun.log(self.recorder.take())
        bye = {"workeroutput": self.config.workeroutput}
        for name in ("shouldfail", "shouldstop"):
            value = getattr(self.session, name)
            if value:
                bye[name] = str(value)
        if late_errors:
            bye["late_errors"] = late_errors
        properties = self.junit.properties(len(self.items))
        if properties:
            bye["testsuite_properties"] = properties
        bye.update(more)
        if self.internalerror:
            bye["internalerror"] = self.internalerror
        if "internalerror" in bye:
            bye["shouldstop"] = "internal error"
        _prun.bye(codec.encode(bye))

    def _internal(self, e):
        self.internalerror = self.internalerror or "".join(
            traceback.format_exception(type(e), e, e.__traceback__)
        )
