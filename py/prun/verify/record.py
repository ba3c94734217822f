"""What the probe wrote about one run, as data."""
import json
from collections import defaultdict

PHASES = ("setup", "call", "teardown")


class Record:
    """One run: `side` is "serial" or "prun"."""

    def __init__(self, side, lines=(), returncode=None, seconds=0.0, command=(), hung=False):
        self.side = side
        self.command = list(command)
        self.returncode = returncode
        self.seconds = seconds
        self.hung = hung
        self.started = False
        self.finished = False
        self.pytest = ""
        self.rootdir = ""
        self.maxfail = 0
        self.shuffled = None
        self.asked_workers = False
        self.dist = "no"
        self.plugins = []
        self.fixtures = {}
        self.tests = []  # (id, file), in order
        self.collect = {}  # id of a collector that failed or was skipped: (outcome, text)
        self.reports = []
        self.junit = None  # see artefacts.junit
        self.coverage = None  # see artefacts.coverage
        for line in lines:
            self._take(line)
        if not self.finished:
            self._drop_halves()

    # ---- reading ----

    def _take(self, line):
        getattr(self, "_on_" + line["kind"])(line)

    def _on_asked(self, line):
        self.asked_workers = line["workers"]

    def _on_start(self, line):
        self.started = True
        for name in ("pytest", "rootdir", "maxfail", "shuffled"):
            setattr(self, name, line[name])

    def _on_plugins(self, line):
        self.plugins = line["plugins"]

    def _on_collected(self, line):
        self.tests = [tuple(test) for test in line["tests"]]

    def _on_fixtures(self, line):
        self.fixtures = line["modules"]

    def _on_mode(self, line):
        self.dist = line["dist"]

    def _on_collect(self, line):
        self.collect[line["id"]] = (line["outcome"], line["text"])

    def _on_report(self, line):
        self.reports.append(line)

    def _on_finish(self, line):
        self.finished = True

    def _drop_halves(self):
        """A run that broke off has left tests, whose end is not known, in the middle."""
        whole = {r["id"] for r in self.reports if r["when"] == "teardown"}
        self.reports = [r for r in self.reports if r["id"] in whole]

    # ---- asking ----

    @property
    def ids(self):
        return [i for i, _ in self.tests]

    def file_of(self, test):
        return dict(self.tests).get(test, test.partition("::")[0])

    def outcomes(self):
        """{id: {worker: ((when, outcome, xfail), ...)}}; one entry for all workers unless --dist each."""
        found = defaultdict(lambda: defaultdict(list))
        for r in self.reports:
            worker = r["worker"] if self.dist == "each" else None
            found[r["id"]][worker].append((r["when"], r["outcome"], r["xfail"]))
        return {test: {w: tuple(seq) for w, seq in seqs.items()} for test, seqs in found.items()}

    def outcome(self, test):
        """Of one test, whoever ran it; () if nobody did."""
        return tuple((r["when"], r["outcome"], r["xfail"]) for r in self.reports if r["id"] == test)

    def reason(self, test):
        """The last word of its first failure or skip."""
        for r in self.reports:
            if r["id"] == test and r["outcome"] != "passed" and r["text"]:
                return r["text"]
        return ""

    def before(self, test):
        """What the worker of `test` (or the one process) had run before it, in order, then the test."""
        ran = defaultdict(list)
        for r in self.reports:
            tests = ran[r["worker"]]
            if not tests or tests[-1] != r["id"]:
                tests.append(r["id"])
            if r["id"] == test:
                return tests
        return [test]

    def unreported(self):
        """The tests that were collected and have no outcome, in order."""
        ran = {r["id"] for r in self.reports}
        return [i for i in self.ids if i not in ran]


def word(sequence):
    """An outcome in pytest's words."""
    words = []
    for when, outcome, xfail in sequence:
        if outcome == "failed":
            words.append("failed" if when == "call" else f"error at {when}")
        elif outcome == "skipped":
            words.append("xfailed" if xfail else "skipped")
        elif outcome == "passed":
            if when == "call":
                words.append("xpassed" if xfail else "passed")
        else:
            words.append(outcome)  # a plugin's own, such as "rerun"
    told = [w for i, w in enumerate(words) if words[i - 1 : i] != [w]]  # subtests
    return ", ".join(told) or ("not run" if not sequence else "passed")


def counts(record):
    """{word: how many tests}"""
    found = defaultdict(int)
    for seqs in record.outcomes().values():
        for seq in seqs.values():
            found[word(seq)] += 1
    return dict(found)


def load(side, path, **facts):
    """A record from the probe's file, which may be absent or end in the middle of a line."""
    lines = []
    try:
        with open(path, encoding="utf-8") as f:
            for line in f:
                if line.endswith("\n"):
                    lines.append(json.loads(line))
    except FileNotFoundError:
        pass
    return Record(side, lines, **facts)
