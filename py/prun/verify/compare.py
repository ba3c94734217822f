"""Two records: what differs.  Nothing here runs or reads anything."""
from collections import Counter
from typing import Any, NamedTuple, Optional

from prun.verify.artefacts import junit_key
from prun.verify.record import word

#: What a difference can be in.  The first three are faults of collection, the others of execution.
KINDS = ("missing", "extra", "collect", "outcome", "junit", "suite", "coverage", "exit", "broken")
COLLECTION = KINDS[:3]


class Difference(NamedTuple):
    kind: str
    subject: str  # a test's or collector's id, a source file; "" for the run
    file: str
    serial: Any
    prun: Any
    detail: Optional[str] = None


def function(test):
    """A test's id without its parameters: what stays when they are unstable."""
    return test.partition("[")[0]


def ids(serial, prun):
    """Ids that only one side collected."""
    ours, theirs = Counter(prun.ids), Counter(serial.ids)
    files = {**dict(prun.tests), **dict(serial.tests)}
    for test in (theirs - ours).elements():
        yield Difference("missing", test, files[test], "collected", "not collected")
    for test in (ours - theirs).elements():
        yield Difference("extra", test, files[test], "not collected", "collected")


def collectors(serial, prun):
    """Files and other collectors that failed or were skipped on one side only."""
    for name in sorted(serial.collect.keys() | prun.collect.keys()):
        a, b = serial.collect.get(name, ("passed", "")), prun.collect.get(name, ("passed", ""))
        if a[0] != b[0]:
            yield Difference("collect", name, name.partition("::")[0], a[0], b[0], a[1] or b[1])


def broken(*records):
    """A side that did not get to its end: the tests that it owes are one difference, not many."""
    for record in records:
        if not record.finished or record.hung:
            left = record.unreported()
            yield Difference("broken", left[0] if left else "", "", None, None, record.side)


def outcomes(serial, prun):
    """Tests that both sides collected and that ended differently."""
    theirs, ours = serial.outcomes(), prun.outcomes()
    cut = {r.side for r in (serial, prun) if not r.finished or r.hung}
    stopped = bool(serial.maxfail) and failures(serial) >= serial.maxfail
    common = set(serial.ids) & set(prun.ids)
    for test in dict.fromkeys(serial.ids):
        if test not in common:
            continue
        wanted = theirs.get(test, {None: ()})
        for worker, got in ours.get(test, {None: ()}).items():
            want = wanted.get(worker, next(iter(wanted.values())))
            if got == want:
                continue
            if (not got or not want) and (stopped or cut):
                continue  # -x: the others had run by then; or the side did not get so far
            yield Difference("outcome", test, serial.file_of(test), word(want), word(got), _phase(want, got))
            break


def failures(record):
    return sum(r["outcome"] == "failed" for r in record.reports)


def _phase(want, got):
    """The first phase that differs."""
    for i in range(max(len(want), len(got))):
        a, b = (s[i] if i < len(s) else None for s in (want, got))
        if a != b:
            return (b or a)[0]
    return None


def shaky(serial, prun, functions):
    """Of functions whose parameters are unstable: those whose outcomes, taken together, differ."""
    for name in functions:
        a, b = (
            Counter(word(q) for t, seqs in r.outcomes().items() if function(t) == name for q in seqs.values())
            for r in (serial, prun)
        )
        if a != b:
            yield name


def junit(serial, prun, differing):
    """Test cases whose content differs although the outcome does not."""
    if serial.junit is None or prun.junit is None:
        if serial.finished and prun.finished:
            yield from _one_sided("JUnit file", serial.junit, prun.junit)
        return
    if serial.junit["suite"] != prun.junit["suite"]:
        yield Difference("suite", "JUnit properties", "", serial.junit["suite"], prun.junit["suite"])
    skip = set(differing)
    ran = serial.outcomes().keys() & prun.outcomes().keys()
    if prun.dist == "each":
        return
    for test in dict.fromkeys(serial.ids):
        a, b = case(serial, test), case(prun, test)
        if test in ran and test not in skip and a != b:
            where = content_of(a, b)
            yield Difference("junit", test, serial.file_of(test), _brief(a, where), _brief(b, where), where)


def _one_sided(name, serial, prun):
    """An artefact that only one side made."""
    if serial is not prun:
        yield Difference("suite", name, "", *("absent" if side is None else "there" for side in (serial, prun)))


def case(record, test):
    """What JUnit says about a test; None if it says nothing."""
    return (record.junit or {"cases": {}})["cases"].get(junit_key(test))


def content_of(a, b):
    """Which part of two test cases differs: "system-out", "failure", "property", ..."""
    if a is None or b is None:
        return "testcase"
    flat_a, flat_b = ([tuple(part) for content in side for part in content] for side in (a, b))
    differing = [part for part in flat_a if part not in flat_b] + [part for part in flat_b if part not in flat_a]
    return differing[0][0] if differing else "order of properties"


def _brief(side, where):
    if side is None:
        return "absent"
    parts = [part for content in side for part in content if part[0] == where]
    return "; ".join(" ".join(str(x) for x in part[1:] if x)[-200:] for part in parts) or "absent"


def coverage(serial, prun):
    """Files of which other lines or branches ran."""
    if serial.coverage is None or prun.coverage is None:
        yield from _one_sided("coverage", serial.coverage, prun.coverage)
        return
    nothing = {"lines": [], "branches": []}
    for name in sorted(serial.coverage.keys() | prun.coverage.keys()):
        a, b = serial.coverage.get(name, nothing), prun.coverage.get(name, nothing)
        for what in ("lines", "branches"):
            only_a = [x for x in a[what] if x not in b[what]]
            only_b = [x for x in b[what] if x not in a[what]]
            if only_a or only_b:
                yield Difference("coverage", name, name, only_a, only_b, what)


def exits(serial, prun):
    if serial.returncode != prun.returncode:
        yield Difference("exit", "", "", serial.returncode, prun.returncode)


def differences(serial, prun):
    """All of them, in the order of KINDS."""
    if not prun.started:
        return [*broken(prun), *exits(serial, prun)]
    of_ids = list(ids(serial, prun))
    of_outcomes = list(outcomes(serial, prun))
    return [
        *of_ids,
        *collectors(serial, prun),
        *broken(serial, prun),
        *of_outcomes,
        *junit(serial, prun, [d.subject for d in of_outcomes]),
        *coverage(serial, prun),
        *exits(serial, prun),
    ]


def reordered(serial, prun):
    """The same ids in another order?"""
    return serial.ids != prun.ids and Counter(serial.ids) == Counter(prun.ids)
