"""pytest-rich: its panels of progress, failures and results."""
import re

from matrix import Case

DISTRIBUTIONS = {"pytest-rich": "pytest_rich.plugin"}


def plain(output):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", output).replace("\r", "\n")


def drawn(run):
    """What its panels show, but for the time."""
    text = plain(run.output)
    return {
        "listed": sorted(re.findall(r"^(?:FAILED|ERROR at \w+ of) +(\S+::\S+)", text, re.M)),
        "panels": sorted(re.findall(r"^╭─+ (.+?) ─+╮", text, re.M)),
        "counts": sorted(re.findall(r"^│ +(\d+) +(\w+)", text.rpartition(" Summary ")[2], re.M)),  # in the order in which each kind first came
    }


def same_drawing(peer, prun):
    theirs, ours = drawn(peer), drawn(prun)
    for what in theirs:
        if theirs[what] != ours[what]:
            yield f"{what}: {peer.side} {theirs[what]}, prun {ours[what]}"
        if len(theirs[what]) < 4:
            yield f"{peer.side} drew too little: {theirs}"


CASES = [
    Case("--rich", ("--rich",), tty=True, check=same_drawing, modes=("load", "loadscope", "worksteal")),
    Case("--rich, not a terminal", ("--rich",), modes=("load",)),
    Case("without its option", tty=True, modes=("load",)),
]
