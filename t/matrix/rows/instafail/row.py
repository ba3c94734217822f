"""pytest-instafail: failures as they happen, once, and not at the end."""
import re

from matrix import Case

DISTRIBUTIONS = {"pytest-instafail": "pytest_instafail"}
DEBIAN = ["python3-pytest-instafail"]


def headings(output):
    """Each failure and error as often as it is shown."""
    return sorted(re.findall(r"^_+ ((?:ERROR at \w+ of )?\S+(?: \S+)*) _+\r*$", output, re.M))


def at_once(peer, prun):
    theirs, ours = headings(peer.output), headings(prun.output)
    if theirs != ours or len(ours) < 4 or len(set(ours)) != len(ours):
        yield f"failures: {peer.side} {theirs}, prun {ours}"
    for run in (peer, prun):
        before = run.output.partition("[100%]")[0]
        if not headings(before):
            yield f"{run.side}: no failure before the last result"


CASES = [
    Case("--instafail", ("--instafail",), check=at_once, modes=("load", "loadscope", "worksteal")),
    Case("--instafail -v", ("--instafail", "-v"), check=at_once, modes=("load",)),
    Case("--instafail on a terminal", ("--instafail", "--color=no"), tty=True, check=at_once, modes=("load",)),
    Case("--instafail --tb=short", ("--instafail", "--tb=short", "-rA"), check=at_once, modes=("load",)),
    Case("without its option", modes=("load",)),
]
