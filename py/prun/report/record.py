"""What happens in a run, as a stream of events: dicts as prun-report(5) has them, for sinks to write."""
import inspect
import platform
import sys
import time
from collections import Counter, defaultdict

import _prun
import pytest
from _pytest.reports import TestReport

from prun import plugin, report
from prun.fast import replay
from prun.report.attempt import Attempt, reason_of, said_by, seconds, text_of

VERSION = 1
_REPORTS_HAVE_TIMES = "start" in inspect.signature(TestReport.__init__).parameters  # from pytest 7.4 on


def _is_file(target):
    return target not in ("", "-") and not target.startswith("fd:")


def _fixture(name, scope, where, took):
    return {"name": name, "scope": scope, "where": where, "duration": seconds(took)}


class Record:
    """The plugin, in the master; one for a run."""

    def __init__(self, config, sinks):
        self._config = config
        self._sinks = sinks
        self._open = {}  # (worker, node id): Attempt
        self._attempts = defaultdict(int)  # by the same, or by node id
        self._counts = Counter()
        self._crashed = {}  # node id: how
        self._fixtures = []  # of the test that is told of next
        self._told = None  # Attempt that was told of last
        self._reason = None
        self._begun = time.time()
        self._plan = plan = config.stash.get(plugin.plan_key, None)
        self._distributed = bool(plan)
        self._each = bool(plan) and plan.mode == "each"  # else a test that runs on two workers was run again
        # Does somebody have to hear when a test starts, and not only when it is over?
        self.live = any(getattr(sink, "live", False) for sink in sinks) or not _REPORTS_HAVE_TIMES
        self._emit("run_start", version=VERSION, **self._setting())

    def _setting(self):
        config = self._config
        plan = self._plan
        return {
            "prun": _prun.version,
            "pytest": pytest.__version__,
            "python": platform.python_version(),
            "rootdir": str(config.rootpath),
            "args": [str(a) for a in config.invocation_params.args],
            "mode": plan.mode if plan else "no",
            "workers": len(plan.specs) if plan else 0,
            "run": plan.testrunuid if plan else None,
        }

    def _emit(self, kind, **said):
        event = {"event": kind, "time": round(time.time(), 6), **said}
        for sink in list(self._sinks):
            try:
                sink.event(event)
            except OSError as e:
                self._sinks.remove(sink)
                self._cannot(sink, e)

    def _cannot(self, sink, e):
        if not isinstance(e, BrokenPipeError):  # who reads a stream may have seen enough
            print(f"prun: report {getattr(sink, 'target', '')}: cannot be written: {e.strerror}", file=sys.stderr)

    # ---- the run ----

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection(self, session):
        begin = time.perf_counter()
        yield
        ids = [str(item.nodeid) for item in getattr(session, "items", None) or ()]
        self._emit("collected", ids=ids, seconds=seconds(time.perf_counter() - begin))

    def pytest_collectreport(self, report):
        if not report.passed:
            text = reason_of(report.longrepr) if isinstance(report.longrepr, tuple) else text_of(report.longrepr)
            self._emit("not_collected", id=str(report.nodeid), outcome=report.outcome, text=text)
            self._counts["error" if report.failed else "skipped"] += 1

    def pytest_deselected(self, items):
        self._emit("deselected", ids=[str(item.nodeid) for item in items])

    def pytest_warning_recorded(self, warning_message, when, nodeid, location):
        self._emit(
            "warning",
            when=when,
            id=str(nodeid) or None,
            category=warning_message.category.__name__,
            message=str(warning_message.message),
            file=str(warning_message.filename),
            line=warning_message.lineno,
        )

    def pytest_internalerror(self, excrepr):
        self._emit("internal_error", text=str(excrepr))

    def pytest_keyboard_interrupt(self, excinfo):
        self._reason = str(excinfo.value) or excinfo.typename

    def pytest_terminal_summary(self, terminalreporter):
        for sink in self._sinks:
            if hasattr(sink, "summary"):
                sink.summary(terminalreporter)
        files = [sink.target for sink in self._sinks if _is_file(getattr(sink, "target", ""))]
        if files and self._config.option.verbose >= 0:
            terminalreporter.write_line(f"report{'s' * (len(files) > 1)}: {', '.join(files)}")

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session):
        """All others have finished: nobody changes the exit status any more."""
        yield
        for test in list(self._open.values()):
            self._close(test)
        self._emit(
            "run_end",
            exit_status=int(session.exitstatus),
            reason=self._reason or str(session.shouldfail or session.shouldstop or "") or None,
            duration=seconds(time.time() - self._begun),
            counts=dict(self._counts),
        )

    # ---- workers ----

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodeready(self, node):
        self._emit("worker_up", worker=node.gateway.id, pid=node.workerinfo["pid"])

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node, error):
        worker = node.gateway.id
        for test in [test for test in self._open.values() if test.worker == worker]:
            self._close(test)
        self._emit("worker_down", worker=worker, error=None if error is None else str(error))

    @pytest.hookimpl(tryfirst=True, optionalhook=True)
    def pytest_handlecrashitem(self, crashitem, report):
        self._crashed[str(crashitem)] = str(report.longrepr)

    # ---- tests ----

    def pytest_runtest_logstart(self, nodeid, location):
        if not self._distributed:  # then telling.py says so, since the hook does not know where
            self.start(str(nodeid), report.MAIN)

    def start(self, nodeid, worker):
        before = self._open.get((worker, nodeid))
        if before and not before.phases:
            return before  # said twice, by plugins that run tests again
        if before:
            self._close(before)
        key = (worker, nodeid) if self._each else nodeid
        self._attempts[key] += 1
        test = self._open[worker, nodeid] = Attempt(nodeid, worker, self._attempts[key], round(time.time(), 6))
        if self.live:
            self._emit("test_start", id=nodeid, worker=worker, attempt=test.attempt)
        return test

    def pytest_runtest_logreport(self, report):
        worker, nodeid = getattr(report, "worker_id", "main"), str(report.nodeid)
        test = self._open.get((worker, nodeid))
        if test is None or report.when == "setup" and test.phases:
            test = self.start(nodeid, worker)
        status = self._config.hook.pytest_report_teststatus(report=report, config=self._config)
        category = status[0] if status else report.outcome  # as the terminal reporter would say, were it there
        test.add(
            report.when,
            report.outcome,
            category,
            seconds(getattr(report, "start", 0)),
            seconds(report.duration),
            **said_by(report),
        )
        if report.outcome != "passed":
            test.more["location"] = list(report.location)
        test.keep(report.sections, report.user_properties)
        if report.when == "call" and nodeid in self._crashed:
            test.more["crash"] = self._crashed.pop(nodeid)
        self._told = test

    def pytest_runtest_logfinish(self, nodeid, location):
        """Of the worker that has told last; those of others are of the same name with --dist each."""
        test = self._told
        if test and test.nodeid == str(nodeid) and self._open.get((test.worker, test.nodeid)) is test:
            self._close(test)

    def _close(self, test):
        self._open.pop((test.worker, test.nodeid), None)
        fixtures, self._fixtures = self._fixtures, []
        word, said = test.end(**({"fixtures": fixtures} if fixtures else {}))
        self._counts[word] += 1
        self._emit("test_end", **said)

    def fixture(self, name, scope, where, took):
        """The test that is told of next has had it set up."""
        self._fixtures.append(_fixture(name, scope, where, took))

    def set_up_here(self, *said):
        """In this process: for a test, or before there are workers, for all of them."""
        if self._distributed:
            self._emit("fixture", worker=report.MAIN, **_fixture(*said))
        else:
            self.fixture(*said)

    def passes(self, passes):
        """Of passes that no hook hears of: (node id, worker, times and perhaps attributes as replay.unpack() has them)."""
        for nodeid, worker, packed, *more in passes:
            test = self._open.get((worker, nodeid)) or self.start(nodeid, worker)
            test.passed(replay.unpack_times(packed))
            for attributes in more[0] if more else ():
                test.keep(attributes.get("sections"), attributes.get("user_properties"))
            self._close(test)
