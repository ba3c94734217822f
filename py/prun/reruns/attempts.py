"""Attempts at a test: what ``--reruns`` and the marker ``flaky`` do (__init__.py says when).

An attempt is a whole protocol of the item.  Where a failed one is to be followed by another, what wider fixtures it
needs stays set up, and its failures are reported with the outcome "rerun".  With ``--reruns-fresh`` the next attempt,
and with ``--isolate`` each, is made in a process of its own (isolate/process.py): then only one is made here.
"""
import contextlib
import inspect
import time

import pytest
from _pytest.runner import runtestprotocol

from prun.items import report_id
from prun.reruns import flaky
from prun.reruns.policy import policy

try:
    from _pytest.subtests import failed_subtests_key
except ImportError:  # before 9
    failed_subtests_key = None


class Reruns:
    """In a worker, in the one process of a run without workers, and in the master for what crashed."""

    def __init__(self, config):
        self._config = config
        self._fresh = config.option.reruns_fresh
        self._reporter = config.pluginmanager.getplugin("terminalreporter")
        self._crashed = {}  # in the master, node id: how often
        self.attempt = 0  # number of the next item's first attempt here
        self.single = False  # make that one only
        self.pending = None  # seconds until the attempt that is to be made elsewhere, or None
        self._errors = []  # of the present attempt: exception or None of each failure
        self._xfailed = False
        self._early = None  # reports that were logged while it was made

    @pytest.hookimpl
    def pytest_runtest_protocol(self, item, nextitem):
        self.pending = None
        allowed = policy(self._config, item)
        if allowed is None:
            return None
        attempt = self.attempt
        while self._makes(item, nextitem, allowed, attempt):
            attempt += 1
            if self.single or self._fresh:
                self.pending = allowed.delay
                break
            time.sleep(allowed.delay)
        return True

    def _makes(self, item, nextitem, allowed, attempt):
        """One attempt; is there to be another?"""
        session, properties = item.session, len(item.user_properties)
        testsfailed = session.testsfailed
        item.execution_count = attempt + 1
        self._allowed, self._number = allowed, attempt
        self._errors, self._xfailed, self._early = [], False, []
        self._judged = 0, False  # after how many errors: is the next attempt allowed?
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        self._kept = {}
        with self._patience():
            reports = runtestprotocol(item, log=False, nextitem=nextitem)
        early, self._early = self._early, None
        again = self._is_expected(item)
        if again:
            session.testsfailed = testsfailed
            self._retract(early)
        elif self._kept:
            reports.append(self._tear_down(item, nextitem))
        self._log(item, filter(None, reports), attempt, again)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        if again:
            _renew(item, properties)
        return again

    @contextlib.contextmanager
    def _patience(self):
        """A subtest that fails is not what -x or --maxfail waits for: not before the attempt's own report."""
        option = self._config.option
        maxfail, option.maxfail = option.maxfail, 0
        try:
            yield
        finally:
            option.maxfail = maxfail

    def _is_expected(self, item):
        """After what has been seen of the present attempt: will there be another?"""
        if self._number >= self._allowed.reruns or not self._errors or self._xfailed:
            return False
        if self._judged[0] != len(self._errors):
            self._judged = len(self._errors), self._allowed.allows(item, self._errors)
        return self._judged[1]

    def _log(self, item, reports, attempt, again):
        subtests = _failed_subtests(item)
        for report in reports:
            if again and (report.failed or (report.when == "call" and subtests)):
                report.outcome = "rerun"
                report.longrepr = report.longrepr or f"contains {subtests} failed subtest{'s' if subtests > 1 else ''}"
                flaky.listen(self._config)
            elif again and report.when == "call":
                continue  # the teardown failed: that the call passed is for the next attempt to say
            if attempt or report.outcome == "rerun":
                report.rerun = attempt
            if again and subtests:
                _forget_subtests(item)
            item.ihook.pytest_runtest_logreport(report=report)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        outcome = yield
        report = outcome.get_result()
        if report.failed:
            self._errors.append(call.excinfo and call.excinfo.value)
        self._xfailed = self._xfailed or hasattr(report, "wasxfail")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report):
        """Of a subtest, whose attempt may have been in vain."""
        if self._early is not None:
            self._early.append(report)

    def _retract(self, early):
        """Nobody is to hear of subtests of an attempt that is followed by another; who has heard forgets."""
        recorder = self._config.pluginmanager.getplugin("prun-recorder")
        if recorder:
            recorder.retract(early)
        for told in getattr(self._reporter, "stats", {}).values() if early else ():
            told[:] = [report for report in told if report not in early]

    # ---- fixtures of wider scope stay ----

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item):
        """Is another attempt to be expected, only the item itself is torn down."""
        if self._early is None or self._fresh or self.single or not self._is_expected(item):
            yield
            return
        stack = item.session._setupstate.stack
        self._kept = _well(stack, item)
        for node in self._kept:
            del stack[node]
        yield
        rest = dict(stack)
        stack.clear()
        stack.update({**self._kept, **rest})

    @staticmethod
    def _tear_down(item, nextitem):
        """There is no other attempt after all: the error of this one's teardown forbids it."""
        state = item.session._setupstate
        call = pytest.CallInfo.from_call(
            lambda: state.teardown_exact(nextitem), "teardown", (pytest.exit.Exception, KeyboardInterrupt)
        )
        return call.excinfo and pytest.TestReport.from_item_and_call(item, call)

    # ---- crashes ----

    def after_crash(self, item, attempt, report):
        """The process of an attempt died; seconds until there is to be another, or None.  Changes the report."""
        allowed = policy(self._config, item)
        if allowed is None or attempt >= allowed.reruns:
            return None
        report.outcome = "rerun"
        report.rerun = attempt
        return allowed.delay

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem, report, sched):
        """In the master, of a worker that died."""
        attempt = self._crashed[crashitem] = self._crashed.get(crashitem, -1) + 1
        if self.after_crash(sched.item, attempt, report) is not None:
            sched.mark_test_pending(crashitem)


# ---- what an attempt leaves on its item ----


def _well(stack, item):
    """{node: entry} of those above the item that are set up well."""
    kept = {}
    for node, entry in stack.items():
        if node is item or entry[1] is not None:
            break
        kept[node] = entry
    return kept


def _renew(item, properties):
    """Make the item what it was before the attempt, which had so many user_properties."""
    del item.user_properties[properties:]
    item._report_sections.clear()
    info = getattr(item, "_fixtureinfo", None)
    for definitions in getattr(info, "name2fixturedefs", {}).values():
        for definition in definitions:
            if (getattr(definition, "cached_result", None) or (None,))[-1] is not None:
                definition.cached_result = None  # it had failed
                getattr(definition, "_finalizers", []).clear()
    bound = getattr(item, "_obj", None)
    if getattr(item, "cls", None) and inspect.ismethod(bound) and isinstance(bound.__self__, item.cls):
        vars(item).pop("_instance", None)
        item._obj = None  # it is got anew, of an object of its own


def _failed_subtests(item):
    if failed_subtests_key is None:
        return 0
    return item.config.stash.get(failed_subtests_key, {}).get(report_id(item), 0)


def _forget_subtests(item):
    item.config.stash[failed_subtests_key].pop(report_id(item), None)
