"""The verification from beginning to end."""
import os
import signal
import sys

from prun.verify import cli, compare, explain, runs, scan
from prun.verify.explain import Explainer, Finding
from prun.verify.verdict import Verdict

_USAGE = 4


class Impossible(Exception):
    """There is nothing to compare; its text is the sentence for the user."""


def _say(line):
    print(f"verify: {line}", flush=True)


def main(args):
    """Exit status: 0 drop-in, 1 not, 2 interrupted, 4 bad input."""
    try:
        request = cli.parse(args)
    except cli.BadInput as e:
        print(f"prun: {e}", file=sys.stderr)
        return _USAGE
    _catch_signals()
    verdict = Verdict(request)
    lab = runs.Lab(request.args, _say)
    stopped = None
    try:
        Verification(lab, verdict).run()
    except Impossible as e:
        print(f"prun: {e}", file=sys.stderr)
        return _USAGE
    except KeyboardInterrupt:
        _break_off(lab, verdict)
    except runs.Stopped as e:
        _break_off(lab, verdict)
        stopped = e.number
    finally:
        lab.close()
    verdict.save()
    print(verdict.text(), flush=True)
    if stopped:
        signal.signal(stopped, signal.SIG_DFL)
        os.kill(os.getpid(), stopped)
    return verdict.status


def _catch_signals():
    """The interpreter was started without handlers of its own; one that is ignored stays so."""

    def stop(number, frame):
        raise runs.Stopped(number)

    for number, handler in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGTERM, stop),
        (signal.SIGHUP, stop),
    ):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _break_off(lab, verdict):
    """What was recorded of a run that was broken off belongs into the report."""
    verdict.interrupted = True
    if lab.latest is not None and lab.latest.side not in verdict.sides:
        verdict.sides[lab.latest.side] = lab.latest


class Verification:
    def __init__(self, lab, verdict):
        self.lab = lab
        self.verdict = verdict

    def run(self):
        serial = self._side("serial")
        self._must_have_run(serial)
        if not cli.asks_for_workers(self.lab.args) and not serial.asked_workers:
            self.lab.workers = ["-n", "2"]
        self.lab.limit = max(300.0, 10 * serial.seconds)
        prun = self._side("prun")
        self._compare(serial, prun)
        self._explain(serial, prun)
        self.verdict.stage = "done"

    def _stage(self, name):
        self.verdict.stage = name
        self.verdict.save()

    def _side(self, side):
        self._stage(f"{side} run")
        _say(f"{'serial pytest' if side == 'serial' else 'prun'} ...")
        record = self.lab.run(side)
        if cli.wants_coverage(self.lab.args):
            record.coverage = self.lab.coverage()
        self.verdict.sides[side] = record
        _say(self.verdict.side_line(record))
        return record

    def _last_words(self):
        return " | ".join(line.strip() for line in self.lab.output(5) if line.strip()) or "it said nothing"

    def _must_have_run(self, serial):
        if not serial.started or serial.returncode == _USAGE:
            raise Impossible(
                f"serial pytest does not run here (exit status {serial.returncode}): {self._last_words()}"
            )
        if serial.finished and not serial.tests and not serial.collect:
            raise Impossible("serial pytest collected no tests, so there is nothing to compare")

    # ---- comparing ----

    def _compare(self, serial, prun):
        self._stage("comparison")
        self.verdict.differences = compare.differences(serial, prun)
        self.verdict.compared = ["collected ids", "outcome of each phase", "exit status"]
        for name in ("junit", "coverage"):
            if getattr(serial, name) is not None:
                self.verdict.compared.append({"junit": "JUnit"}.get(name, name))
        self._note(serial, prun)

    def _note(self, serial, prun):
        notes = self.verdict.notes
        if serial.shuffled:
            notes.append(f"{serial.shuffled} shuffles the tests; both sides had the seed {self.lab.seed}")
        if compare.reordered(serial, prun):
            notes.append("the same tests were collected in another order; sets in parameters, or a plugin, do that")
        if serial.maxfail and compare.failures(serial) >= serial.maxfail:
            notes.append("after --maxfail the sides stop at different tests; those that only one ran are not compared")
        if self.verdict.differences:
            return
        root = serial.rootdir
        asking = {scan.worker_at_import(os.path.join(root, f), root) for f in {f for _, f in serial.tests}}
        for file, line, word in sorted(asking - {None}):
            notes.append(f"{file}:{line} reads {word} while it is imported and finds none, as under serial pytest")

    # ---- explaining ----

    def _explain(self, serial, prun):
        self._stage("explanation")
        explainer = Explainer(self.lab, serial, prun, self.verdict.request.runs)
        by_kind = {kind: [d for d in self.verdict.differences if d.kind == kind] for kind in compare.KINDS}
        for d in by_kind["broken"]:
            self._found(self._broken(d, serial, prun))
        if any(by_kind[kind] for kind in compare.COLLECTION):
            unstable = [d for kind in compare.COLLECTION for d in by_kind[kind]]
            for f in explainer.ids(unstable):
                self._found(f)
            self._unstable_outcomes(serial, prun)
        tests = _spread(by_kind["outcome"] + by_kind["junit"])
        for i, d in enumerate(tests[: explain.MOST], 1):
            _say(f"explaining {i} of {min(len(tests), explain.MOST)}: {d.subject}")
            self._found(explainer.test(d))
        for f in explainer.files(by_kind["coverage"] + by_kind["suite"]):
            self._found(f)
        self._exit(by_kind["exit"], explainer)

    def _found(self, finding):
        self.verdict.findings.append(finding)
        self.verdict.save()

    def _unstable_outcomes(self, serial, prun):
        """Tests whose ids never meet are compared as one: all that a function's parameters came to."""
        unstable = [f.difference.subject for f in self.verdict.findings if f.cause == explain.UNSTABLE_ID]
        names = set(map(compare.function, unstable))
        for name in compare.shaky(serial, prun, sorted(names)):
            d = compare.Difference("outcome", name, serial.file_of(name), "other outcomes", "other outcomes")
            self.verdict.differences.append(d)
            self._found(Finding(d, explain.UNEXPLAINED, False, ["its ids are unstable, so it cannot be run alone"]))

    def _broken(self, d, serial, prun):
        record = serial if d.detail == "serial" else prun
        how = "did not end in time and was killed" if record.hung else f"ended early, with status {record.returncode}"
        if record.returncode is not None and record.returncode < 0 and not record.hung:
            how = f"was killed by {signal.Signals(-record.returncode).name}"
        name = "serial pytest" if d.detail == "serial" else "prun"
        left = record.unreported() if record.started else serial.ids
        what = f"{name} {how}; {len(left)} tests have no outcome" + (f", the first is {left[0]}" if left else "")
        evidence = [f"last words: {self._last_words()}"] if record is prun else []
        new = d._replace(detail=what)
        self.verdict.differences[self.verdict.differences.index(d)] = new
        return Finding(new, explain.BROKEN, False, evidence, explain._command(left[0]) if left else "")

    def _exit(self, differences, explainer):
        for d in differences:
            causes = self.verdict.findings
            if causes or self.verdict.unexamined[:-1]:
                too = bool(causes) and all(f.serial_too for f in causes)
                self._found(Finding(d, explain.FOLLOWS, too, []))
            else:
                for f in explainer.files([d]):
                    self._found(f)


def _spread(differences):
    """In turns from each file and kind of change, so that the first ones examined are of many sorts."""
    groups = {}
    for d in differences:
        groups.setdefault((d.kind, d.file, d.serial, d.prun), []).append(d)
    rounds = [(i, d) for group in groups.values() for i, d in enumerate(group)]
    return [d for _, d in sorted(rounds, key=lambda r: r[0])]
