"""What was found, as a text that a person can act on and as JSON."""
import json
import os
import shlex

from prun.verify import explain
from prun.verify.compare import function
from prun.verify.record import counts

VERSION = 1

_SENTENCES = {
    explain.FLAKY: "does not do the same each time",
    explain.ORDER: "depends on which tests run before it, under serial pytest as well",
    explain.FORK: "differs because prun runs it in a forked worker",
    explain.PARALLEL: "depends on what runs at the same time; tests share a file, a port, a database or the like",
    explain.UNSTABLE_ID: "its id is another one in every collection: addresses, times or sets in parameters",
    explain.COLLECTION: "is collected by one side only, each time",
    explain.BROKEN: "the run did not get to its end",
    explain.FOLLOWS: "follows from the above",
    explain.UNEXPLAINED: "comes back each time; no known cause",
}

_ADVICE = {
    explain.FLAKY: "mend the test; this is not prun's doing",
    explain.ORDER: "let the test make what it needs; until then --dist loadfile keeps a file's tests together",
    explain.FORK: "look for threads, connections, locks or process ids made while tests are imported and collected",
    explain.PARALLEL: "give each worker its own (worker_id, tmp_path)",
    explain.UNSTABLE_ID: "give the parameters ids= of their own, and sort sets",
    explain.WORKER_ID: "ask in a fixture or in the test instead (worker_id), or run with --xdist-exact",
    explain.PLUGIN: "look at its settings, or leave it out",
    explain.COLLECTION: "look for what differs while modules are imported",
}


def blocking(findings):
    """Those that speak against prun."""
    return [f for f in findings if not f.serial_too]


def sentence(f):
    """Why it differs, in one sentence."""
    if f.cause == explain.WORKER_ID:
        file, line, word = f.where
        return f"{file}:{line} reads {word} while it is imported, which prun does before there are workers"
    if f.cause == explain.PLUGIN:
        return f"the plugin {f.plugin} keeps state that is another one in a forked worker or after other tests"
    text = _SENTENCES[f.cause]
    if f.cause == explain.FLAKY and not f.serial_too:
        text += " under prun; serial pytest always did the same"
    elif f.cause == explain.FLAKY:
        text += ", under serial pytest either"
    if f.related:
        text += f"; it is {f.related} that matters"
    return text


def advice(f):
    if f.cause == explain.FLAKY and not f.serial_too:
        return "verify again with a larger --verify-runs"
    return _ADVICE.get(f.cause, "")


def title(d):
    if d.kind in ("missing", "extra"):
        return f"{d.subject}: {'prun lacks it' if d.kind == 'missing' else 'only prun has it'} ({d.file})"
    if d.kind == "collect":
        return f"collecting {d.subject}: {d.serial} under serial pytest, {d.prun} under prun"
    if d.kind == "ids":
        return f"{d.subject}[...]: ids that only one side has ({d.file})"
    if d.kind == "outcome":
        return f"{d.subject}: {d.serial} under serial pytest, {d.prun} under prun"
    if d.kind == "junit":
        return f"{d.subject}: JUnit's {d.detail} differs"
    if d.kind == "coverage":
        missing, extra = d.serial[:10], d.prun[:10]
        return f"coverage of {d.subject}, {d.detail}: only serial pytest {missing}, only prun {extra}"
    if d.kind == "broken":
        return d.detail
    if d.kind == "exit":
        return f"exit status: {d.serial} under serial pytest, {d.prun} under prun"
    return f"{d.subject}: {d.serial} under serial pytest, {d.prun} under prun"


def _gathered(findings):
    """The unstable ids of one function are one for the reader."""
    shown = {}
    for f in findings:
        d = f.difference
        key = function(d.subject) if f.cause == explain.UNSTABLE_ID else id(f)
        if key in shown:
            first = shown[key]
            shown[key] = first._replace(difference=first.difference._replace(kind="ids", subject=key))
        else:
            shown[key] = f
    return list(shown.values())


class Verdict:
    """Grows with the verification; can be written at any time."""

    def __init__(self, request):
        self.request = request
        self.stage = "serial run"
        self.sides = {}
        self.differences = []
        self.findings = []
        self.notes = []
        self.interrupted = False
        self.compared = []

    # ---- the outcome ----

    @property
    def unexamined(self):
        done = {id(f.difference) for f in self.findings}
        return [d for d in self.differences if id(d) not in done]

    @property
    def word(self):
        if self.interrupted or self.stage != "done":
            return "interrupted"
        return "not a drop-in" if blocking(self.findings) or self.unexamined else "drop-in"

    @property
    def status(self):
        return {"drop-in": 0, "not a drop-in": 1, "interrupted": 2}[self.word]

    # ---- JSON ----

    def _side(self, record):
        return {
            "command": record.command,
            "exit": record.returncode,
            "seconds": round(record.seconds, 3),
            "finished": record.finished,
            "collected": len(record.tests),
            "outcomes": counts(record),
        }

    @staticmethod
    def _difference(d, f=None):
        entry = {
            "phase": "collection" if d.kind in ("missing", "extra", "collect") else "execution",
            "kind": d.kind,
            "subject": d.subject,
            "file": d.file,
            "serial": d.serial,
            "prun": d.prun,
            "detail": d.detail,
            "class": f.cause if f else None,
        }
        if f:
            entry.update(
                serial_too=f.serial_too,
                sentence=sentence(f),
                evidence=f.evidence,
                **{"try": f.try_},
                advice=advice(f),
                plugin=f.plugin,
                related=f.related,
                where=f.where,
            )
        return entry

    def data(self):
        return {
            "version": VERSION,
            "verdict": self.word,
            "exit": self.status,
            "stage": self.stage,
            "arguments": self.request.args,
            "compared": self.compared,
            "sides": {side: self._side(r) for side, r in self.sides.items()},
            "differences": [self._difference(f.difference, f) for f in self.findings]
            + [self._difference(d) for d in self.unexamined],
            "notes": self.notes,
        }

    def save(self):
        """Write the report as it stands; a reader finds the old one or the new one, never a part."""
        if not self.request.report:
            return
        temporary = f"{self.request.report}.{os.getpid()}.tmp"
        with open(temporary, "w", encoding="utf-8") as f:
            json.dump(self.data(), f, indent=2)
            f.write("\n")
        os.replace(temporary, self.request.report)

    # ---- text ----

    def text(self):
        lines = [""]
        for i, f in enumerate(_gathered(self.findings), 1):
            lines += [f"{i}. {title(f.difference)}", f"   {f.cause}: {sentence(f)}"]
            lines += [f"   - {e}" for e in f.evidence]
            lines += [f"   try: {f.try_}"] if f.try_ else []
            lines += [f"   do:  {advice(f)}"] if advice(f) else []
            lines.append("")
        left = self.unexamined
        if left:
            lines.append(f"{len(left)} more not examined:")
            lines += [f"   {title(d)}" for d in left[:10]] + (["   ..."] if len(left) > 10 else []) + [""]
        lines += [f"note: {n}" for n in self.notes]
        return "\n".join([*lines, f"verdict: {self._conclusion()}"])

    def _conclusion(self):
        if self.word == "interrupted":
            return f"none; interrupted during the {self.stage}"
        serial = self.sides["serial"]
        n = len(serial.tests)
        tests = f"{n} test{'' if n == 1 else 's'}"
        if self.word == "drop-in":
            same = f"drop-in: prun does what serial pytest does on {tests} ({', '.join(self.compared)})"
            mine = len(self.findings)
            itself = f"; {mine} difference{'' if mine == 1 else 's'} serial pytest has with itself" if mine else ""
            return same + itself
        tally = {}
        for f in blocking(self.findings):
            if f.cause != explain.FOLLOWS:
                tally[f.cause] = tally.get(f.cause, 0) + 1
        if self.unexamined:
            tally["not examined"] = len(self.unexamined)
        return f"not a drop-in yet for {tests}: " + ", ".join(f"{k} {v}" for v, k in tally.items())

    def side_line(self, record):
        outcomes = ", ".join(f"{n} {w}" for w, n in sorted(counts(record).items())) or "no outcomes"
        command = shlex.join([os.path.basename(record.command[0]), *record.command[1:]])
        how = f"exit status {record.returncode}; {record.seconds:.1f} s"
        return f"{command}\n    {len(record.tests)} tests: {outcomes}; {how}"
