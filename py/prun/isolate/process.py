"""How tests run in processes of their own (isolate.py says which).

The process runs the item's whole protocol, set-up and teardown of all its fixtures included, and says what a worker
says of an item (RESULT in prun-events(5)); whoever asked for it passes that on.  How it ends is that test's doing.
So it is in a worker, and in the one process of a run without workers.
"""
import contextlib
import functools
import json
import os
import sys
import time
import traceback

import _prun
import pytest
from _pytest.outcomes import Exit
from _pytest.reports import TestReport

from prun import child, codec, contract, isolate, owned, plain, rand, reports, reruns
from prun.fast import replay
from prun.isolate import limits, nursery
from prun.items import crash_report


class _Times(bytes):
    """Nine doubles instead of JSON: an item has passed, and there is nothing else to tell of it."""


def _unit(item):
    return item.nodeid.rpartition("::")[0]


class Isolation:
    """Runs items in processes of their own; a context manager.

    runner: the Runner of the children's items.
    prepare: called in the layer; None, or what else has to be done there.
    """

    def __init__(self, session, runner, prepare=None, patience=0.0):
        self.session = session
        self.config = session.config
        self.items = list(session.items)
        self.wants = isolate.chosen(session) or (lambda item: False)
        self._runner = runner
        self._limits = limits.Limits(self.config.option)
        self._units = self.config.option.isolate == "unit"
        self._randstate, self._locks = rand.carried(), owned.locks()
        self._faults = nursery.memfd("faults")
        self._more = prepare
        self._reruns = self.config.pluginmanager.getplugin(reruns.NAME)
        who = getattr(self.config, "workerinput", {}).get("workerid", "test")
        self.nursery = nursery.Nursery(self._live, self._prepare, who, patience, self._expect, self._lend)

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        try:
            self.nursery.dismiss()
        finally:
            self.nursery.__exit__(*raised)

    # ---- in the layer and in its children ----

    def _prepare(self, inquire):
        child.forget()
        if self._more:
            self._more()
        if self._limits:
            self.config.pluginmanager.register(self._limits, "prun-limits")
        if self._runner.fuse:
            self._runner.fuse()
        child.point_faulthandler(self.config, self._faults)
        self._runner.recorder.terse = False  # more may be said of the items
        self._runner.debugging.ask_by(inquire)
        child.freeze()
        # Found out here: whatever a child touches, code included, it has to have a copy of.
        self._first, self._last = list(self._chores()), list(self._farewells())

    def _chores(self):
        """What each child has to do before its first item, as far as there is any."""
        if rand.has_to_restore(self._randstate):
            yield functools.partial(rand.restore, self._randstate)
        if self._locks:
            yield functools.partial(owned.adopt, self._locks)
        if not _prun.stay_frozen():
            yield child.thaw

    def _farewells(self):
        """Likewise when it has run its last one."""
        if contract.coverage(self.config):
            yield functools.partial(contract.save_coverage, self.config)

    def _expect(self, request):
        if self._runner.fuse:
            _prun.expect(request[0])

    def _live(self, request, reply):
        for chore in self._first:
            chore()
        self._runner.pid = self._runner.debugging.pid = os.getpid()
        while request is not None:
            index, nextindex, failed, attempt = request
            self.session.testsfailed = failed
            if self._reruns:
                self._reruns.attempt, self._reruns.single = attempt, not self._units
            if self._limits:
                self._limits.impose()
            verdict, said = self._run_item(index, nextindex)
            request = reply(self._told(verdict, said), nextindex is not None)
        self._runner.tear_down_rest()
        for farewell in self._last:
            with _complaining():
                farewell()
        child.leave(_prun.close_fused)  # what is said from there on is not the test's

    def _run_item(self, index, nextindex):
        short = _prun.run_fused(index, nextindex) if self._runner.fuse else None
        return short or self._runner.run_here(index, nextindex)

    def _told(self, verdict, said):
        """The reply: of what the item has done to the session, what its parent has to know."""
        session, runner = self.session, self._runner
        properties = runner.junit.taken()
        return {
            "verdict": verdict,
            "said": said,
            "again": self._reruns and self._reruns.pending,
            "failed": session.testsfailed,
            "internalerror": runner.internalerror,
            "properties": properties and [(i, str(k), v if plain.is_plain(v) else str(v)) for i, k, v in properties],
            "shouldfail": str(session.shouldfail or ""),
            "shouldstop": str(session.shouldstop or ""),
        }

    # ---- in the process that asks ----

    def _lend(self, wanted):
        """The terminal for the child's debugger, or it has no use for it any more; returns what _prun.ask() does.

        Interrupts that reach this process then come from the keyboard, and so go to its whole group.
        """
        if wanted:
            answer = _prun.ask()
            self.nursery.deaf = bool(answer)
            return answer
        if self.nursery.deaf:
            self.nursery.deaf = False
            _prun.give_back()
        return None

    def run(self, index, nextindex, attempt=0, said=b""):
        """Run one item; returns (verdict, JSON), as Runner.run().

        attempt: how often it has been run; said: what there is to say of that.
        """
        item, again, told = self.items[index], 0, [said]
        if attempt:
            again, self._reruns.pending = self._reruns.pending, None
        while again is not None:
            if again:
                time.sleep(again)
            verdict, more, again = self._run(index, nextindex, attempt)
            self._lend(False)
            told = [_followed(codec.joined(*told), item), more] if attempt else [more]
            attempt += 1
            if verdict & ~_prun.PASSED != _prun.GO:
                break
        told.append(self._tear_down(index, nextindex))
        return self._joined(item, verdict, [said for said in told if said])

    def _joined(self, item, verdict, told):
        """The verdict on the session, and what has been told of the item as one."""
        if len(told) > 1:
            told = [codec.joined(*(_as_events(item, said) for said in told))]
            verdict &= ~_prun.PASSED
        stop = self.session.shouldfail or self.session.shouldstop
        return verdict | _prun.LEAVE if stop and verdict & ~_prun.PASSED == _prun.GO else verdict, told[0]

    def _run(self, index, nextindex, attempt):
        """Returns (verdict, JSON, seconds until it is to be run again, or None)."""
        os.ftruncate(self._faults, 0)
        began = time.time()
        follows = self._follower(index, nextindex)
        try:
            reply, ended = self.nursery.ask((index, follows, self.session.testsfailed, attempt), follows is None)
        except (nursery.Ended, OSError) as e:
            return self._crashed(index, began, self._how(e), attempt)
        verdict, said = self._take(reply)
        if follows is None:
            if ended is None:
                print(f"prun: {self.items[index].nodeid}: its process did not end; killed", file=sys.__stderr__)
            elif ended.status:
                return self._crashed(index, began, self._how(ended), attempt, said)
        return verdict, said, reply["again"]

    def _follower(self, index, nextindex):
        """The item that the same process will run next, or None."""
        if not self._units or nextindex is None:
            return None
        item, following = self.items[index], self.items[nextindex]
        return nextindex if _unit(item) == _unit(following) and self.wants(following) else None

    def _take(self, reply):
        session, runner = self.session, self._runner
        session.testsfailed = reply["failed"]
        for name in ("shouldfail", "shouldstop"):
            if reply[name]:
                setattr(session, name, reply[name])
        runner.internalerror = runner.internalerror or reply["internalerror"]
        runner.junit.give(reply["properties"])
        return reply["verdict"], (_Times if reply["verdict"] & _prun.PASSED else bytes)(reply["said"])

    def _how(self, e):
        said = self._limits.of_death(e) if isinstance(e, nursery.Ended) else ""
        return f"{e}; {said}" if said else str(e)

    def _crashed(self, index, began, how, attempt, said=None):
        """The process ended before, or badly after, it had told of the item."""
        item = self.items[index]
        when = "call" if said is None else "teardown"
        words = f"the process of {item.nodeid!r} crashed{'' if said is None else ' at its end'}: {how}"
        report = crash_report(item, words, when, began, list(self._written(when)))
        again = self._reruns and self._reruns.after_crash(item, attempt, report)
        self.session.pytest_runtest_logreport(report)
        # Reporters take the teardown for an item's end.
        over = TestReport(report.nodeid, item.location, report.keywords.copy(), "passed", None, "teardown")
        told = [reports.dump(self.config, r) for r in ((report, over) if said is None else (report,))]
        return _prun.GO, codec.joined(_without_teardown(item, said), codec.encode(told)), again

    def _written(self, when):
        """What the process wrote where this one can read it: (title, text)."""
        capture = self.config.pluginmanager.getplugin("capturemanager")
        with contextlib.suppress(Exception):  # -s, or a test has closed it
            for stream, text in zip(("stdout", "stderr"), capture.read_global_capture()):
                yield f"Captured {stream} {when}", text
        yield "Standard error of the process", _text(self._faults)
        if self._runner.terminal is not None:
            yield "Terminal of the process", _text(self._runner.terminal.fileno())

    def _tear_down(self, index, nextindex):
        """What items that ran in this process have left set up, and the next one does not need; JSON of what failed."""
        item, nextitem = self.items[index], None if nextindex is None else self.items[nextindex]
        state = self.session._setupstate
        if not state.stack:
            return b""
        capture = self.config.pluginmanager.getplugin("capturemanager")
        with capture.item_capture("teardown", item) if capture else contextlib.nullcontext():
            call = pytest.CallInfo.from_call(
                lambda: state.teardown_exact(nextitem), "teardown", (Exit, KeyboardInterrupt)
            )
        if call.excinfo is None:
            return b""
        report = TestReport.from_item_and_call(item, call)
        self.session.pytest_runtest_logreport(report)
        return codec.encode([reports.dump(self.config, report)])


def _as_events(item, said):
    """What is told of an item, JSON, where it may be a pass in one of its two short forms."""
    if isinstance(said, _Times):
        times = list(replay.unpack_times(said))
    elif said[:2] == b"[{":  # a location comes first, and not an event
        times = json.loads(said)[1:]
    else:
        return said
    location = [item.location, None, None]
    return codec.encode([["passed", i, times[3 * i : 3 * i + 3], {}, location[i]] for i in range(3)])


def _without_teardown(item, said):
    """Its process has said that the teardown passed: that was too early."""
    events = json.loads(_as_events(item, said)) if said else []
    if events and events[-1][:2] == ["passed", 2]:
        events.pop()
    return json.dumps(events).encode()


def _followed(said, item):
    """What was said of an attempt, as it is where another one follows: its end and the other's start are told too."""
    told = [event[:2] for event in json.loads(said)]
    begins, ends = (["log" + what, item.nodeid, item.location] for what in ("start", "finish"))
    ended = told.count(ends[:2]) > told.count(begins[:2])
    return codec.joined(said, codec.encode([begins] if ended else [ends, begins]))


def _text(fd):
    with contextlib.suppress(OSError):
        return plain.whole(fd).decode(errors="replace")
    return ""


@contextlib.contextmanager
def _complaining():
    try:
        yield
    except Exception:
        traceback.print_exc()
