"""What workers told, put into pytest's hooks: the part of the master that reporters hear."""
import inspect
import time

from _pytest.reports import CollectReport, TestReport

from prun import checked, junit, report as reporting, timeouts
from prun.fast import replay
from prun.items import crash_report, report_id
from prun.reruns import flaky
from prun.runner import PHASES

_HAS_TIMES = "start" in inspect.signature(TestReport.__init__).parameters


def _failure(event):
    """What an event of Teller._understood() says of a failure."""
    return getattr(event[1], "longreprtext", "") if event[0] == "report" and event[1].failed else ""


class Teller:
    """Makes reports of events, and has the hooks called with them.  One for a run; master.py derives from it."""

    def __init__(self, session, plan):
        self.session = session
        self.config = session.config
        self.hook = session.config.hook
        self.plan = plan
        self.items = getattr(session, "items", [])  # with a layer: once its workers have collected
        self.ended = []  # of each item the worker that has told its outcome, or None
        self.places = None  # node id: number, once somebody asks
        self.nodes = {}  # number of a worker: nodes.Node
        self.record = reporting.of(self.config)  # report.record.Record, or None
        self.took = {"setup": 0.0, "rest": 0.0}  # seconds of the item that is told of
        self.verbosity = getattr(session.config.option, "verbose", 0)  # none with -p no:terminal
        # Does anybody see when an item starts?  Otherwise its start is told with its result, which brings
        # the item's location along.
        self.live = self.verbosity > 0 or any(
            not getattr(impl.plugin, "__module__", getattr(impl.plugin, "__name__", "")).startswith("_pytest.")
            for impl in self.hook.pytest_runtest_logstart.get_hookimpls()
            if impl.plugin is not self.record
        )

    def fresh_line(self):
        writer = getattr(self.config.pluginmanager.getplugin("terminalreporter"), "_tw", None)
        if writer and writer.width_of_current_line:
            writer.line()

    def say(self, line):
        reporter = self.config.pluginmanager.getplugin("terminalreporter")
        if reporter:
            self.fresh_line()
            reporter.write_line(line)
            reporter.flush()  # somebody may be waiting for it

    def _logstart(self, item):
        self.hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)

    def _logreport(self, worker, index, report):
        if report.outcome == "rerun":
            flaky.listen(self.config)
        self.hook.pytest_runtest_logreport(report=self._of_worker(worker, index, report))

    def _of_worker(self, worker, index, report):
        report.node = self.nodes[worker]
        report.worker_id = report.node.gateway.id
        report.testrun_uid = self.plan.testrunuid
        if index >= 0:
            report.item_index = index
        return report

    def crash_report(self, worker, index, data):
        """The report of an item that ended with its worker.  data: what the core has seen of its end (slot_post_mortem)."""
        item = self.items[index]
        node = self.nodes[worker]
        if "timeout" in data:
            longrepr = timeouts.words(node.gateway.id, item.nodeid, data)
        else:
            longrepr = f"worker {node.gateway.id!r} crashed while running {item.nodeid!r}: {data['how']}"
        names = (
            ("stdout", "Captured stdout call"),
            ("stderr", "Captured stderr call"),
            ("output", "Worker's stderr"),
            ("terminal", "Worker's terminal"),
        )
        written = [(title, data[key]) for key, title in names]
        report = crash_report(item, longrepr, "call", time.time() - data["seconds"], written)
        report.node = node
        return report

    @staticmethod
    def _is_pass(told):
        """Three phases passed, and there is nothing that the end of the run would count otherwise."""
        return [event[:2] for event in told] == [("passed", phase) for phase in range(len(PHASES))] and all(
            "wasxfail" not in more and "count_towards_summary" not in more for *_, more in told
        )

    def record_start(self, worker, index):
        """The item runs there, or did when its worker ended."""
        if self.record:
            self.record.start(self.items[index].nodeid, self.nodes[worker].gateway.id)

    def tell_record(self, passes):
        """passes: as replay.unpack() has them, of which no hook hears."""
        nodes, items = self.nodes, self.items
        self.record.passes(
            (items[index].nodeid, nodes[worker].gateway.id, times, *more) for worker, index, times, *more in passes
        )

    def tell_pass(self, worker, index, times, more=None):
        """All reporters hear of an item that just passed."""
        item = self.items[index]
        if not self.live:
            self._logstart(item)
        for phase in range(len(PHASES)):
            self.hook.pytest_runtest_logreport(report=self.pass_report(worker, index, times, more, phase))
        self.hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)

    def pass_report(self, worker, index, times, more, phase):
        """times, more: as replay.unpack() has them; phase: a number of PHASES."""
        numbers = replay.unpack_times(times)[3 * phase : 3 * phase + 3]
        return self._pass_report(worker, index, phase, numbers, more[phase] if more else {})

    def _pass_report(self, worker, index, phase, times, more):
        item = self.items[index]
        duration, start, stop = times
        extra = {"start": start, "stop": stop} if _HAS_TIMES else {}
        keywords = dict.fromkeys(item.keywords, 1)
        report = TestReport(
            report_id(item), item.location, keywords, "passed", None, PHASES[phase], duration=duration, **extra
        )
        vars(report).update(more)
        return self._of_worker(worker, index, report)

    def _on_passed(self, worker, index, phase, times, more):
        self._on_report(worker, index, self._pass_report(worker, index, phase, times, more))

    def events(self, worker, index, events):
        self._tell(worker, index, self._understood(worker, index, events))

    def _tell(self, worker, index, told):
        for kind, *said in told:
            getattr(self, "_on_" + kind)(worker, index, *said)

    def _understood(self, worker, index, events):
        """The events with what `checked` makes of them.  If one of an item cannot be understood, all that is told of
        the item is its failure."""
        item = self.items[index] if index >= 0 else None
        found = []
        for kind, *said in events:
            try:
                told = getattr(checked, kind)(self.config, item, *said)
                if kind in ("report", "shown"):
                    self._must_be_its_own(worker, item, told[0])
                found.append((kind, *told))
            except Exception as e:
                words = f"what the worker told cannot be understood ({kind}): {str(e) or repr(e)}"
                if item:
                    words = "\n\n".join([words, *(_failure(event) for event in found if _failure(event))])
                    return [("report", TestReport(report_id(item), item.location, {}, "failed", words, "call"))]
                self._complain(worker, words)
        return found

    def _complain(self, worker, words):
        """It is nobody's failure, but the run has failed."""
        self.say(f"[{self.nodes[worker].gateway.id}] {words}")
        self.session.testsfailed += 1

    def _must_be_its_own(self, worker, item, report):
        """A worker may tell of the item that it runs, of those that it has run, and of what was not collected."""
        if item and report.nodeid == item.nodeid:
            return
        if self.places is None:
            self.places = {item.nodeid: i for i, item in enumerate(self.items)}
        place = self.places.get(report.nodeid)
        if place is not None and self.ended[place] != worker and self.plan.mode != "each":
            raise ValueError(f"it is of {report.nodeid}, which another worker runs")

    def finished(self, item, events):
        """All has been told of an item; events: as its worker said them.  That it is over may be among them."""
        said = [event[:2] for event in events]  # and of each further attempt that it began
        if said.count(["logfinish", item.nodeid]) <= said.count(["logstart", item.nodeid]):
            self.hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)

    def _on_report(self, worker, index, report):
        if index >= 0 and type(getattr(report, "duration", None)) is float:
            self.took["setup" if report.when == "setup" else "rest"] += report.duration
        self._logreport(worker, index, report)

    _on_shown = _on_report

    def _on_line(self, worker, index, text):
        self.say(text)

    def _on_leaks(self, worker, index, nodeid, sentences):
        self.config.pluginmanager.getplugin("prun-leaks").told(nodeid, sentences)

    def _on_fixture(self, worker, index, *said):
        self.record.fixture(*said)

    def _on_collect(self, worker, index, report):
        self.hook.pytest_collectreport(report=report)

    def _on_deselected(self, worker, index, items):
        self.hook.pytest_deselected(items=items)

    def _differs(self, node, text):
        """A worker of a layer has collected something else: as in xdist, a failed collection."""
        report = CollectReport(nodeid=node.gateway.id, outcome="failed", longrepr=text, result=[])
        self.hook.pytest_collectreport(report=report)
        self.session.shouldfail = self.session.shouldfail or "workers have collected different tests"

    def _on_item(self, worker, index, attributes):
        vars(self.items[index]).update(attributes)

    def _on_xml(self, worker, index, attributes):
        junit.add_attributes(self.config, self.nodes[worker], self.items[index], attributes)

    def _on_logstart(self, worker, index, nodeid, location):
        self.hook.pytest_runtest_logstart(nodeid=nodeid, location=location)

    def _on_logfinish(self, worker, index, nodeid, location):
        self.hook.pytest_runtest_logfinish(nodeid=nodeid, location=location)

    def _on_warning(self, worker, index, message, when, nodeid, location):
        self.hook.pytest_warning_recorded.call_historic(
            kwargs={"warning_message": message, "when": when, "nodeid": nodeid, "location": location}
        )
