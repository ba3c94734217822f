"""One parallel run in the master: workers come and go, their reports are replayed into pytest's hooks."""
import gc
from functools import partial

import _prun
from _pytest.reports import TestReport

from prun import (
    checked, child, codec, contract, fast, isolate, jobserver, junit, late, lines, live, livelog, memory, needs, plugin,
    quiet, scheduler, stacks, terminal, threads, ticks, timeouts,
)
from prun.doctor import lastrun
from prun.fast import eligible, replay, run as fast_run
from prun.history import History
from prun.items import c_string, c_strings, group, report_id
from prun.nodes import Node, NodeManager, Spec
from prun.runner import Runner
from prun.telling import Teller


class WorkerError(Exception):
    """Something in pytest or a plugin failed in a worker, outside of any test's own code."""


class CrashedItem:
    """The scheduler, as pytest_handlecrashitem may use it: for one thing, to run the item once more."""

    def __init__(self, config, item):
        self.config = config
        self.item = item
        self.nodeid = item.nodeid
        self.pending = False

    def mark_test_pending(self, nodeid):
        if nodeid != self.nodeid:
            raise ValueError(f"{nodeid!r} is not the item that crashed, {self.nodeid!r}")
        self.pending = True


class Master(Teller):
    """Drives _prun.run(), which calls the methods below `# called by the core`."""

    untag = staticmethod(codec.untag)

    def __init__(self, session, plan, registrations, layer=None):
        super().__init__(session, plan)
        self.layer = layer  # exact.Controller, or None: workers are forked from this process
        self.manager = NodeManager([Spec(text, f"gw{i}") for i, text in enumerate(plan.specs)])
        self.crashed = set()  # node ids whose report says that their worker is down
        self.testsfailed = session.testsfailed
        self.inherited = None
        self.internalerror = None
        self.terminal = terminal.Terminal(session.config)
        self.lines = lines.Lines(session.config, self.fresh_line, self._aside)
        self.part = contract.WorkerPart(session.config, registrations)
        self.ticks = ticks.Ticks()

    # ---- the run ----

    def set_up(self):
        """Before the first worker is prepared."""
        self.hook.pytest_xdist_setupnodes(config=self.config, specs=self.manager.specs)

    def _aside(self, data):
        self.line.aside(data)

    def _announce(self, choice, workers):
        reporter = self.config.pluginmanager.getplugin("terminalreporter")
        if reporter and self.verbosity >= 0:
            s = "" if workers == 1 else "s"
            count = f"{len(self.items)} item{'' if len(self.items) == 1 else 's'}"
            granted = "up to " if jobserver.state() == "open" and workers > 1 else ""
            reporter.write_line(f"{granted}{workers} worker{s} [{count}], {choice.label or '--dist ' + choice.mode}")
            if jobserver.state() == "absent":
                reporter.write_line(jobserver.ABSENT)
        if reporter and self.verbosity > 0 and fast.told(self.config):
            reporter.write_line(fast.told(self.config))

    def _groups(self, choice):
        """Where the choice is loadgroup: of each item the name of its unit, or None if it is one by itself."""
        if self.plan.mode != "loadgroup" and not choice.split:
            return [None] * len(self.items)
        marks = [group(item) if self.plan.mode == "loadgroup" else None for item in self.items]
        if not choice.split:
            return [mark and c_string(mark).decode() for mark in marks]
        numbers = {}
        return [
            str(numbers.setdefault(choice.split(f"{item.nodeid}@{mark}" if mark else item.nodeid), len(numbers)))
            for item, mark in zip(self.items, marks)
        ]

    def _width(self, mode, units, kinds):
        """How many workers will have something to do."""
        asked = len(self.plan.specs)
        if mode == "each":
            return asked
        return min(asked, kinds.width() if kinds else len(set(units)) if units else len(self.items))

    def _prepare(self):
        factory = getattr(self.config, "_tmp_path_factory", None)
        if factory is not None:
            factory.getbasetemp()
        self.inherited = child.Inherited.of_master()
        # The master runs no tests: what has been collected need not be looked through again and again while
        # reports pile up.  In workers it stays so until somebody looks (bridge_gc.c).
        gc.freeze()

    def run(self):
        plan = self.plan
        self.ended = [None] * len(self.items)  # the worker that has told the item's outcome
        self.order = junit.Order(self.config, self.items)
        self.nodeids = [item.nodeid for item in self.items]  # from pytest 9.2 on it makes one each time
        self.history = History(self.config, self.nodeids)
        self.config.pluginmanager.register(self.history, "prun-history")
        self.history.lastrun = lastrun.LastRun(self.config.stash[plugin.begun_key], self.layer is not None)
        self._prepare()
        if not self.layer:
            self.set_up()
        self._take_short_cuts()
        choice = scheduler.choose(self.config, plan.mode)
        mode = "loadgroup" if choice.split else choice.mode
        groups = self._groups(choice)
        items = list(zip(c_strings(self.nodeids), groups))
        units = scheduler.units(mode, self.items, groups)
        kinds = needs.table(self.items, mode, units, len(plan.specs))
        width = self._width(mode, units, kinds)
        if self.layer:
            self.layer.ready(self.items, width)
        self._announce(choice, width)
        maxfail = self.config.getvalue("maxfail")
        budget = max(1, maxfail - self.testsfailed) if maxfail else 0
        forward = lines.passed_on(self.config) or livelog.enabled(self.config)
        self._warn_of_threads()
        self.time = timeouts.SessionLimit(self.session, self.terminal)
        if self.time.left() is not None:
            self.ticks.add(self.time.left(), self.time.end)
        expected = self._expected() if mode == "duration" else None
        self.history.lastrun.forked(mode, width, len(plan.specs), units, bool(expected))
        self.line = live.attach(self)
        try:
            end, restarts, left = _prun.run(
                self, items, mode, width, plan.maxchunk, plan.reorder, plan.maxrestart, budget, forward,
                self.layer is not None, 0 if self.layer else plan.patience,
                bool(self.live or self.record and self.record.live), expected, self.ticks.first(),
                kinds and kinds.packed(),
                timeouts.packed(self.session, self.items), self.config.option.timeout_grace,
                memory.limit_of(self.config.option, mode),
            )
        finally:
            self.line.close()
        self.history.lastrun.over(restarts)
        try:
            self._conclude(end, restarts, left)
        finally:
            self.order.restore()
        return True

    def _take_short_cuts(self):
        self.replay = replay.Replay(self)
        why_not = (lambda: "--xdist-exact") if self.layer else (lambda: eligible.why_not(self.config))
        self.fused = eligible.base_counts(self.items) if fast.decide(self.config, "run", why_not) else None

    def _expected(self):
        seconds = self.history.expected()
        return seconds and seconds.tobytes()

    def _warn_of_threads(self):
        alive = threads.alive()
        if alive and self.verbosity >= 0:
            self.say(
                f"threads at the fork: {', '.join(alive)}; workers do not have them, and a lock that one holds now "
                "stays locked there"
            )

    def _run_rest(self, why):
        """No worker could: what is left runs in this process, as it does without workers."""
        session = self.session
        items = [item for item, ended in zip(self.items, self.ended) if ended is None]
        self.say(f"{why}; {len(items)} test{'' if len(items) == 1 else 's'} run in this process")
        for item, nextitem in zip(items, [*items[1:], None]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)

    def _conclude(self, end, restarts, left):
        session = self.session
        if end == "interrupted":
            raise KeyboardInterrupt
        if self.internalerror:
            if left:
                self.say(f"an internal error stopped the run; {left} test{'' if left == 1 else 's'} did not run")
            raise WorkerError(self.internalerror)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        if end == "exhausted":
            self._exhausted(restarts, left)

    def _exhausted(self, restarts, left):
        if restarts == self.plan.maxrestart:
            why = f"maximum crashed workers reached: {restarts} (--max-worker-restart)"
        else:
            why = "no worker lived to start another test"
            if not self.layer and self.plan.mode != "each":
                self._run_rest(why)
                return
            if left < len(self.items) * len(self.plan.specs):
                why = "not every worker could be started or replaced"
        raise self.session.Interrupted(f"{why}; {left} test{'' if left == 1 else 's'} did not run")

    # ---- called by the core, in the child ----

    def child(self, worker, err, out, captured_out, captured_err, terminal):
        """Be worker number `worker` from beginning to end."""
        self.line.leave()
        fds = child.Descriptors(err, out, captured_out, captured_err, terminal)
        node = self.nodes[worker]
        terminal = child.become_worker(self.config, self.session, node, fds, self.inherited, self.testsfailed)
        if self.record:
            self.config.pluginmanager.unregister(self.record)  # the master hears of all that is reported here
        with quiet.Quiet((1,)).silence():
            self.part.rejoin(self.session, child.keep_writer(self.config))
        runner = Runner(self.session, terminal)
        if self.fused:
            runner.fuse = partial(fast_run.Fused, runner, self.fused, self.replay.batched)
            if not isolate.everything(self.config.option):
                runner.fuse()
        self.config.stash[plugin.runner_key] = runner
        # Through the hook, so that those who wrap the loop in an xdist worker wrap it here.
        self.hook.pytest_runtestloop(session=self.session)
        runner.finish(self.part)
        child.flush_trace(self.config)
        child.leave()

    # ---- called by the core, in the master, in the order of events ----

    def _spec(self, worker, replaces):
        specs = self.manager.specs
        if replaces >= 0:
            return self.nodes[replaces].gateway.spec.again(f"gw{worker}")
        if worker < len(specs):
            return specs[worker]
        return specs[worker % len(specs)].again(f"gw{worker}")

    def prepare(self, worker, replaces):
        """Worker number `worker` is about to be forked, for that of number `replaces`, or -1; or is there already."""
        if worker in self.nodes:
            return
        spec = self._spec(worker, replaces)
        node = self.nodes[worker] = Node(spec, self.plan, self.config, self.manager)
        self.hook.pytest_xdist_newgateway(gateway=node.gateway)
        self.hook.pytest_configure_node(node=node)
        child.flush_trace(self.config)

    def forked(self, worker):
        """Of a layer's worker: (pid, socket, list), descriptors."""
        return self.layer.take(worker)

    def _stop(self):
        return _prun.STOP if self.session.shouldfail or self.session.shouldstop else 0

    def up(self, worker, item, pid):
        node = self.nodes[worker]
        node.workerinfo["pid"] = pid
        self.hook.pytest_testnodeready(node=node)
        self.hook.pytest_xdist_node_collection_finished(node=node, ids=self.nodeids.copy())

    def start(self, worker, index, data):
        self.record_start(worker, index)
        if self.live:
            self._logstart(self.items[index])

    def result(self, worker, index, data):
        self.ended[index] = worker
        item = self.items[index]
        if data and type(data[0]) is tuple:  # its location; events are lists
            # What the worker found is what the same item would find here.
            item.__dict__.setdefault("location", data[0])
            self._passed([(worker, index, replay.pack_times(data[1:]))])
            return self._stop()
        told = self._understood(worker, index, data)
        if self._is_pass(told):
            times = [number for _, _, phase_times, _ in told for number in phase_times]
            self._passed([(worker, index, replay.pack_times(times), [more for *_, more in told])])
            return self._stop()
        if not self.live:
            self._logstart(item)
        self.took = {"setup": 0.0, "rest": 0.0}
        self._tell(worker, index, told)
        self.history.note(worker, index, **self.took)
        self.finished(item, data)
        return self._stop()

    def passes(self, data):
        """Items have passed, and there is nothing else to tell of them; data: as replay.unpack() takes it."""
        passes = replay.unpack(data)
        for worker, index, _ in passes:
            self.ended[index] = worker
        self._passed(passes)
        return self._stop()

    def _passed(self, passes):
        self.history.note_passes(passes)
        self.replay.passes(passes)

    def tick(self, left, running):
        """It is time: left items have no outcome yet; running: (worker, index, seconds) of those that run."""
        again = self.ticks.call(ticks.Now(left, running))
        return again, self._stop() | (_prun.END if self.time.over else 0)

    def lend(self, worker, pid):
        """The terminal is worker number `worker`'s from now on, or ours again: -1.  Returns whether that can be."""
        if worker < 0:
            self.terminal.take_back()
            return True
        self.fresh_line()
        return self.terminal.lend(worker, pid)
    def aside(self):
        """The core is about to write to standard error, or to stop this process."""
        self.line.aside()

    def log(self, worker, index, data):
        self.events(worker, index, data)
        return self._stop()

    def output(self, worker, stream, data):
        """Written past the capture: to the same stream of ours, after what we have written."""
        self.lines.put(self.nodes[worker].gateway.id, stream, data)

    def crash(self, worker, index, data):
        """The item ended with its worker: it is reported as failed, once."""
        item = self.items[index]
        if not self.live:
            self._logstart(item)
        report = self.crash_report(worker, index, data)
        self.crashed.add(item.nodeid)
        if self.hook.pytest_handlecrashitem.get_hookimpls():
            # pytest-rerunfailures looks up what the worker had told its server, a thread.
            threads.let_others_read()
        again = CrashedItem(self.config, item)
        self.hook.pytest_handlecrashitem(crashitem=item.nodeid, report=report, sched=again)
        if self.plan.mode == "each":
            again.pending = False  # each worker has its own list, to which nothing comes back
        if report.outcome == "rerun" and not again.pending:
            report.outcome = "failed"
        self._logreport(worker, index, report)
        # Reporters take the teardown for an item's end: pytest-html shows no item without.
        over = TestReport(report_id(item), item.location, report.keywords.copy(), "passed", None, "teardown")
        self._logreport(worker, index, over)
        self.hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        self.ended[index] = None if again.pending else worker
        return self._stop() or (_prun.AGAIN if again.pending else 0)

    def stacks(self, worker, index, data):
        """SIGUSR1 came: what the worker runs.  data: seconds, stacks (faulthandler's text, or None)."""
        name = self.nodes[worker].gateway.id
        if index < 0:
            self.say(f"[{name}] runs no test")
        else:
            self.say(f"[{name}] {self.items[index].nodeid}, {data['seconds']:.1f} s\n{stacks.shown(data['stacks'])}\n")

    def down(self, worker, index, data):
        """The worker is over.  data: its BYE (dict), or how it died (str)."""
        node = self.nodes[worker]
        if index >= 0 and self.items[index].nodeid not in self.crashed:
            self.record_start(worker, index)  # and has no outcome
        if self.layer:
            data = self.layer.down(worker, data)
        if isinstance(data, str):
            if index < 0 or self.items[index].nodeid not in self.crashed:
                running = f" while running {self.items[index].nodeid}" if index >= 0 else ""
                self.say(f"[{node.gateway.id}] node down{running}: {data}")
            self.hook.pytest_testnodedown(node=node, error=data)
            return self._stop()
        try:
            checked.bye(data)
        except Exception as e:
            self._complain(worker, f"what the worker told at its end cannot be understood: {str(e) or repr(e)}")
            self.hook.pytest_testnodedown(node=node, error="its last words cannot be understood")
            return self._stop()
        node.workeroutput = data.get("workeroutput")
        if "$retired" in data and self.verbosity >= 0:
            self.say(f"[{node.gateway.id}] {memory.told(*data['$retired'])}")
        if "$died" in data:
            # In one process the status would tell.
            self._complain(worker, f"died after its last test: {data['$died']}")
        if "$ended" in data:
            self.say(f"[{node.gateway.id}] {data['$ended']}")
        self.order.add_properties(data.get("testsuite_properties", ()))
        if "late_errors" in data:
            late.raise_at_end(self.config, data["late_errors"])
        self.internalerror = self.internalerror or data.get("internalerror")
        if "collection" in data:
            self._differs(node, data["collection"])
        for name in ("shouldfail", "shouldstop"):
            if name in data and not self._stop():
                setattr(self.session, name, data[name])
        if index >= 0:
            self.say(f"[{node.gateway.id}] interrupted {self.items[index].nodeid}")
        self.hook.pytest_testnodedown(node=node, error=None)
        return self._stop()
