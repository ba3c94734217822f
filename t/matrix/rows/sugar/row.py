"""pytest-sugar: its bar, its list of failures and its results, drawn once."""
import re

from matrix import Case

DISTRIBUTIONS = {"pytest-sugar": "pytest_sugar"}
DEBIAN = ["python3-pytest-sugar"]


def plain(output):
    """What was drawn, without colours, and with what was drawn over as lines of their own."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", output).replace("\r", "\n")


def drawn(run):
    """(sections of failures, short summary, results) as far as they have no order of their own."""
    text = plain(run.output)
    head, _, results = text.rpartition("\nResults")
    failures = sorted(re.findall(r"^[―─_]+ (?:ERROR at \w+ of )?(\S.*?) [―─_]+$", head, re.M))
    listed = sorted(re.findall(r"^\s*(?:FAILED|ERROR|-) (\S+::\S+|\S+\.py:\d+ \S+)", text, re.M))
    return {"failures": failures, "listed": listed, "results": sorted(re.findall(r"^ +- .*|^ +\d+ \w+", results, re.M))}


def same_drawing(peer, prun):
    theirs, ours = drawn(peer), drawn(prun)
    for what in theirs:
        if theirs[what] != ours[what]:
            yield f"{what}: {peer.side} {theirs[what]}, prun {ours[what]}"
    if len(theirs["failures"]) < 4 or len(theirs["results"]) < 5:
        yield f"{peer.side} drew too little: {theirs}"
    for run in (peer, prun):
        if "100%" not in plain(run.output) and "--no-progress" not in run.output:
            yield f"{run.side}: no 100%"


BOTH = ("load", "loadscope")
CASES = [
    Case("not a terminal", modes=BOTH),
    Case("--force-sugar", ("--force-sugar",), check=same_drawing, modes=BOTH),
    Case("a terminal", tty=True, check=same_drawing, modes=BOTH),
    Case("-v", ("-v",), tty=True, check=same_drawing, modes=("load",)),
    Case("-p no:sugar", ("-p", "no:sugar"), tty=True, modes=("load",)),
]
