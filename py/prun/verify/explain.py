"""Why a test differs: run it again, in both, alone and among others, and look who agrees with whom.

The one rule behind it: what serial pytest does differently when it is asked twice, or in another order, is the
suite's; what it never does, however it is asked, and prun does, is the fork's.
"""
from typing import Any, List, NamedTuple, Optional

from prun.verify import compare, plugins, scan
from prun.verify.compare import Difference

FLAKY = "flaky"
ORDER = "order-dependent"
FORK = "fork-dependent"
PARALLEL = "parallel-dependent"
UNSTABLE_ID = "unstable id"
WORKER_ID = "worker identity at import"
PLUGIN = "plugin with global state"
COLLECTION = "collection fault"
BROKEN = "run broken off"
FOLLOWS = "follows from the others"
UNEXPLAINED = "unexplained"

MOST = 20  # differing tests that are examined; mending those changes the rest


class Finding(NamedTuple):
    difference: Difference
    cause: str
    serial_too: bool  # serial pytest shows it by itself, so it says nothing against prun
    evidence: List[str]
    try_: str = ""
    plugin: Optional[str] = None
    related: Optional[str] = None  # the test that makes the difference by running before
    where: Optional[Any] = None  # (file, line, word) that reads the worker's identity


class Facet(NamedTuple):
    """What is looked at in a record: a test's outcome, or what JUnit says about it."""

    of: Any
    shown: Any

    @staticmethod
    def for_kind(kind):
        if kind == "outcome":
            return Facet(lambda r, test: r.outcome(test), compare.word)
        return Facet(lambda r, test: compare.case(r, test), lambda case: "the one text" if case else "nothing")


class Explainer:
    """Asks the lab; keeps whole runs, since several differences can use them."""

    def __init__(self, lab, serial, prun, runs):
        self.lab = lab
        self.serial = serial
        self.prun = prun
        self.runs = runs
        self.again = {"serial": [], "prun": []}
        self.trial = plugins.Trial(lab, serial.plugins)

    # ---- tests ----

    def test(self, d):
        """A Finding about a test that both sides collected."""
        finding = self._test(d)
        reasons = [(r.side, r.reason(d.subject)) for r in (self.serial, self.prun)] if d.kind == "outcome" else []
        said = [f"{_name(side)} said: {reason.splitlines()[0][:150]}" for side, reason in reasons if reason.strip()]
        return finding._replace(evidence=said + finding.evidence)

    def _test(self, d):
        facet = Facet.for_kind(d.kind)
        test = d.subject
        suite = {r.side: facet.of(r, test) for r in (self.serial, self.prun)}
        alone = {side: self._alone(side, test, facet) for side in suite}
        flaky = self._flaky(d, facet, alone)
        if flaky:
            return flaky
        if alone["serial"][0] != alone["prun"][0]:
            return self._forked(d, facet, alone)
        if alone["serial"][0] != suite["serial"]:
            return self._needs_others(d, facet, alone["serial"][0])
        return self._harmed_by_others(d, facet, suite)

    def _alone(self, side, test, facet, runs=None):
        return [facet.of(self.lab.alone(side, test), test) for _ in range(runs or self.runs)]

    def _flaky(self, d, facet, alone):
        varying = [side for side, seen in alone.items() if any(x != seen[0] for x in seen)]
        differ = alone["serial"][0] != alone["prun"][0]
        if not varying and not differ:
            return None
        # Before prun is blamed, serial pytest gets as many chances again to disagree with itself.
        if "serial" not in varying:
            for side in alone:
                alone[side] += self._alone(side, d.subject, facet)
            varying = [side for side, seen in alone.items() if any(x != seen[0] for x in seen)]
        if not varying:
            return None
        evidence = [f"alone, {len(alone[s])} times under {_name(s)}: {_tally(alone[s], facet)}" for s in alone]
        return Finding(d, FLAKY, "serial" in varying, evidence, _command(d.subject))

    def _forked(self, d, facet, alone):
        evidence = [
            f"alone under {_name(side)}: {facet.shown(seen[0])} ({len(seen)} of {len(seen)})"
            for side, seen in alone.items()
        ]
        plain = Finding(d, FORK, False, evidence, _command(d.subject, "prun -n 1"))
        where = self._asks_at_import(d.file)
        if where:
            return plain._replace(cause=WORKER_ID, where=where)

        def pair(more):
            return [facet.of(self.lab.alone(side, d.subject, more), d.subject) for side in ("serial", "prun")]

        return self._plugin(plain, facet, pair, [alone["serial"][0], alone["prun"][0]])

    def _needs_others(self, d, facet, alone):
        """Alone, in serial too, it ends differently than in the suite."""
        test, before = d.subject, self.serial.before(d.subject)[:-1]
        wanted = facet.of(self.serial, test)
        evidence = [f"alone under serial pytest: {facet.shown(alone)}; in its suite: {facet.shown(wanted)}"]
        partner = self._partner(test, before, facet, wanted)
        plain = Finding(d, ORDER, False, evidence, _command(test), related=partner)
        long = [partner] if partner else before

        def pair(more):
            return [facet.of(self.lab.ordered("serial", [*some, test], more), test) for some in (long, [])]

        return self._plugin(plain, facet, pair, [wanted, alone])

    def _harmed_by_others(self, d, facet, suite):
        """Alone it does what it does in serial pytest's suite; so what ran before it, or beside it, matters."""
        test, before = d.subject, self.prun.before(d.subject)[:-1]
        if suite["prun"] and before:
            serially = facet.of(self.lab.ordered("serial", [*before, test]), test)
            if serially == suite["prun"]:
                return self._ordered(d, facet, suite, before)
            if facet.of(self.lab.ordered("prun", [*before, test]), test) == suite["prun"]:
                evidence = [
                    "after the tests that its worker had run, in that order: "
                    f"{facet.shown(serially)} under serial pytest, {facet.shown(suite['prun'])} under prun -n 1"
                ]
                return self._or_worker_id(Finding(d, FORK, False, evidence, _command(test, "prun -n 1")))
        return self._beside(d, facet, suite)

    def _ordered(self, d, facet, suite, before):
        test = d.subject
        partner = self._partner(test, before, facet, suite["prun"])
        shown = {side: facet.shown(x) for side, x in suite.items()}
        evidence = [f"serial pytest in the order of prun's worker: {shown['prun']}; alone: {shown['serial']}"]
        both = f"python -m pytest {_quoted(partner)} {_quoted(test)}" if partner else _command(test)
        plain = Finding(d, ORDER, False, evidence, both, related=partner)
        bad = [partner] if partner else before

        def pair(more):
            return [facet.of(self.lab.ordered("serial", [*some, test], more), test) for some in ([], bad)]

        return self._plugin(plain, facet, pair, [suite["serial"], suite["prun"]])

    def _beside(self, d, facet, suite):
        """Whole runs again: does it come back, and does serial pytest stay as it was?"""
        again = {side: [facet.of(r, d.subject) for r in self._whole(side)] for side in ("prun", "serial")}
        evidence = [f"the whole suite again under {_name(s)}: {_tally(seen, facet)}" for s, seen in again.items()]
        if any(x != suite["serial"] for x in again["serial"]):
            return Finding(d, FLAKY, True, evidence, _command(d.subject))
        if not any(x == suite["prun"] for x in again["prun"]):
            return Finding(d, FLAKY, False, evidence + ["it did not happen again"], "more of it: --verify-runs 10")
        way_out = "prun --dist loadfile, or --dist loadgroup with a mark on those that share something"
        return self._or_worker_id(Finding(d, PARALLEL, False, evidence, way_out))

    def _whole(self, side):
        while len(self.again[side]) < self.runs:
            self.lab.say(f"whole suite again under {_name(side)}")
            record = self.lab.run(side)
            if self.serial.coverage is not None:
                record.coverage = self.lab.coverage()
            self.again[side].append(record)
        return self.again[side]

    def _partner(self, test, before, facet, wanted):
        """The one test of `before` that makes `test` end as `wanted`; None if it takes several."""

        def does(tests):
            return facet.of(self.lab.ordered("serial", [*tests, test]), test) == wanted

        if not before or not does(before):
            return None
        while len(before) > 1:
            half = len(before) // 2
            # What stands nearest is likeliest.
            if does(before[half:]):
                before = before[half:]
            elif does(before[:half]):
                before = before[:half]
            else:
                return None
        return before[0]

    # ---- causes ----

    def _asks_at_import(self, file):
        root = self.serial.rootdir
        return scan.worker_at_import(f"{root}/{file}", root) if file.endswith(".py") else None

    def _or_worker_id(self, finding):
        where = self._asks_at_import(finding.difference.file)
        return finding._replace(cause=WORKER_ID, where=where) if where else finding

    def _plugin(self, finding, facet, pair, now):
        guilty, how = self.trial.guilty(finding.difference, pair, now, facet.shown)
        if guilty:
            return finding._replace(cause=PLUGIN, plugin=guilty, evidence=finding.evidence + [how])
        return finding

    # ---- collection ----

    def ids(self, differences):
        """Findings about ids that one side lacks, and about collectors that failed on one side."""
        collected = {side: [self._collected(side) for _ in range(self.runs)] for side in ("serial", "prun")}
        for d in differences:
            seen = {
                first.side: [_names(r, d) for r in (first, *collected[first.side])]
                for first in (self.serial, self.prun)
            }
            varying = [side for side, names in seen.items() if any(n != names[0] for n in names)]
            evidence = [f"collected {len(x)} times by {_name(side)}: {_changes(x)}" for side, x in seen.items()]
            if varying:
                cause = FLAKY if d.kind == "collect" else UNSTABLE_ID
                yield Finding(d, cause, "serial" in varying, evidence, "python -m pytest --collect-only -q, twice")
            else:
                again = f"prun --collect-only {_quoted(d.file)}"
                yield self._or_worker_id(Finding(d, COLLECTION, False, evidence, again))

    def _collected(self, side):
        self.lab.say(f"collecting again under {_name(side)}")
        return self.lab.collected(side)

    # ---- what is no single test's ----

    def files(self, differences):
        """Findings about coverage, JUnit's suite, exit status without a cause: whole runs again tell."""
        for d in differences:
            again = {side: self._whole(side) for side in ("serial", "prun")}
            here = [self._about(d, r) for r in (self.serial, *again["serial"])]
            there = [self._about(d, r) for r in (self.prun, *again["prun"])]
            varying = [any(x != seen[0] for x in seen) for seen in (here, there)]
            evidence = [
                f"{len(seen)} whole runs under {_name(side)}: {_changes(seen)}"
                for side, seen in (("serial", here), ("prun", there))
            ]
            cause = FLAKY if any(varying) else UNEXPLAINED
            yield Finding(d, cause, varying[0], evidence)

    @staticmethod
    def _about(d, record):
        if d.kind == "coverage":
            return (record.coverage or {}).get(d.subject, {}).get(d.detail)
        if d.kind == "suite":
            return (record.junit or {}).get("suite") if d.subject.startswith("JUnit") else record.coverage is None
        return record.returncode


def _names(record, d):
    """What a collection says of a difference: the ids of its function, or how its collector fared."""
    if d.kind == "collect":
        return record.collect.get(d.subject, ("passed", ""))[0]
    return sorted(i for i in record.ids if compare.function(i) == compare.function(d.subject))


def _changes(names):
    return "always the same" if all(n == names[0] for n in names) else "not always the same"


def _name(side):
    return "serial pytest" if side == "serial" else "prun"


def _tally(seen, facet):
    if seen and not isinstance(facet.shown(seen[0]), str):
        return ""
    shown = []
    for x in seen:
        if x not in shown:
            shown.append(x)
    if len(shown) > 1 and len({facet.shown(x) for x in shown}) == 1:
        return f"{len(shown)} different texts in {len(seen)} runs"
    return ", ".join(f"{facet.shown(x)} {seen.count(x)}×" for x in shown)


def _quoted(text):
    return "'" + text.replace("'", "'\\''") + "'" if text else ""


def _command(test, runner="python -m pytest"):
    return f"{runner} {_quoted(test)}"
