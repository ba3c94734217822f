"""pytest-xdist: its options, hooks, fixtures, marks and worker contract, installed beside prun, which takes over."""
import collections
import json
import re

from matrix import Case, Note, json_data, lines, queues

DISTRIBUTIONS = {"pytest-xdist": "xdist"}
DEBIAN = ["python3-pytest-xdist"]
# On pytest 9.2 xdist 3.8 forgets all groups: the attribute that it puts them into is not read any more.
PYPI = ["pytest-xdist", "pytest<9.2"]


def calls(path):
    """{where: [call, ...]} of the hooks that conftest.py notes; those of a worker's are apart, since workers are."""
    found = collections.defaultdict(list)
    for line in lines(path):
        where, what, facts = json.loads(line)
        found[where].append([what, facts])
    return dict(found)


def calls_in_all(path):
    """How often each was called: it depends which of the first two workers crashes, and when."""
    found = collections.Counter()
    for told in calls(path).values():
        for what, facts in told:
            found[f"{what} {json.dumps(facts)}"] += 1
    return dict(found)


def no_gateways(peer, prun):
    """xdist's workers are execnet's, prun's are not."""
    theirs, ours = (json_data(run.path("processes.json")) for run in (peer, prun))
    if theirs["execnet"] != 2 or theirs["dsession"] != "xdist":
        yield f"xdist's processes were not seen: {theirs}"
    if ours != {"execnet": 0, "dsession": "prun"}:
        yield f"prun runs xdist's processes or session: {ours}"


def together(peer, prun):
    """The tests of a group are on one worker."""
    for group in ("one", "two", "of_class", "default"):
        where = {worker for worker, ran in queues(prun).items() for test in ran if re.search(rf"[\[_]{group}\b", test)}
        if len(where) != 1:
            yield f"the tests of group {group} ran on {where}"


def as_xdist_groups(peer, prun):
    """xdist adds @GROUP to the ids, prun does not."""
    yield from together(peer, prun)
    groups = set()
    theirs, ours = collections.Counter(), collections.Counter()
    for run, seen in (peer, theirs), (prun, ours):
        for report in run.record.reports:
            name, at, group = report["id"].rpartition("@")
            grouped = at and group in ("one", "two", "of_class", "default", "one_two")
            seen[name if grouped else report["id"], report["when"], report["outcome"]] += 1
            groups |= {(run.side, group)} if grouped else set()
    if len(groups) < 4 or {side for side, _ in groups} != {"xdist"}:
        yield f"xdist's groups were {sorted(groups)}"
    if theirs != ours:
        yield f"reports: {theirs - ours} is {ours - theirs} with prun"


HOOKS = {"hooks.jsonl": calls}
ALL = ("load", "loadscope", "loadfile", "worksteal", "each")
CASES = [
    Case("options, hooks, fixtures, the worker contract", ("test_contract.py", "other"), HOOKS, no_gateways, against="xdist", modes=ALL),
    Case("the same suite, against one process", ("test_contract.py", "other")),
    Case("-n0", ("-n0",), against="xdist", modes=("load",)),
    Case("-p xdist", ("-p", "xdist", "test_contract.py"), HOOKS, against="xdist", modes=("load",)),
    Case("-p no:xdist", ("-p", "no:xdist", "-p", "no:xdist.looponfail", "other"), modes=("load",)),
    Case("-n auto, with a hook", ("-nauto", "test_contract.py"), HOOKS, against="xdist", modes=("load",), env={"AUTO": "3"}),
    Case("-n auto --maxprocesses", ("-nauto", "--maxprocesses=2", "test_contract.py"), HOOKS, against="xdist", modes=("load",), env={"AUTO": "5"}),
    Case("--testrunuid", ("--testrunuid=mine", "test_contract.py"), HOOKS, against="xdist", modes=("load",), env={"TESTRUNUID": "mine"}),
    Case("--maxschedchunk", ("--maxschedchunk=1", "other"), against="xdist", modes=("load",), needs={"pytest-xdist": "3.2"}),
    Case("xdist_group", ("test_groups.py",), check=together, modes=("loadgroup",)),
    Case("xdist_group, as with xdist", ("test_groups.py",), check=as_xdist_groups, outcomes=False, against="xdist", modes=("loadgroup",)),
    Case(
        "a crash, and who is told",
        ("test_crash.py",),
        {"hooks.jsonl": calls_in_all},
        against="xdist",
        modes=("load", "worksteal"),
        env={"CRASH": "1"},
        outcomes=False,
    ),
    Case("-x", ("-x", "other"), against="xdist", modes=("load",)),
]
NOTES = {
    "-x": Note(
        "After -x with a failure prun's exit status is 1, as that of pytest in one process; pytest-xdist's is 2. "
        "A script that waits for 2 should take any other than 0.",
    ),
}
