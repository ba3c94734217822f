"""What a row of the plugin matrix is made of; t/matrix/rows/NAME/row.py says ``from matrix import Case``.

A row is a folder: ``row.py`` with the names below, and ``suite/``, which each run gets a copy of.

    DISTRIBUTIONS   {distribution: name for -p, or None}: what must be installed; the first is the plugin itself.
                    The names serve where plugins are not loaded by themselves, so that only this row's are.
    DEBIAN          [package]: Debian's, for the same.  Left out: Debian has none.
    WITH_XDIST      is pytest-xdist, if it is there, to be loaded on all sides?  Else xdist's alone has it, where
                    plugins are not loaded by themselves.
    CASES           [Case]: what people use the plugin for.
    NOTES           {case's name: Note}: what is not equal, why, and what to do instead.  Such a case must fail.
    services(env)   optional context manager around all runs of the row: starts what they need, puts what they must
                    know into `env` (dict), and raises Missing when it cannot.
"""
import json
import os
import re
from typing import Any, Callable, NamedTuple, Sequence

MODES = ("load", "loadscope", "loadfile", "loadgroup", "worksteal")


class Missing(Exception):
    """What a row needs and this machine does not have, in words."""


class Run(NamedTuple):
    """One run of one side, which is over."""

    side: str  # "serial", "prun" or "xdist"
    folder: str  # where it ran: its copy of the suite, with what the run left there
    status: int  # exit status; negative: killed by that signal; None: hung and was killed
    output: str  # what it printed, both streams
    record: Any  # prun.verify.record.Record: ids, reports, junit

    def path(self, *names):
        return os.path.join(self.folder, *names)


class Case(NamedTuple):
    """One thing that people do with a plugin, and what must come out equal."""

    name: str
    args: Sequence[str] = ()  # of pytest; prun gets -n 2 --dist MODE in front
    files: dict = {}  # {file of the run's folder: function(path) -> data that is compared}
    check: Callable = None  # check(peer, prun), both Run: yields what is wrong, in words
    against: str = "serial"  # the peer: "serial", or "xdist" for what differs from serial by nature
    modes: Sequence[str] = ("load", "loadscope", "worksteal")
    env: dict = {}
    order: bool = True  # are the ids collected in the same order?
    outcomes: bool = True  # are outcomes, exit status, JUnit and the counts of the last line compared?
    tty: bool = False  # both sides write to a terminal
    limit: int = 120  # seconds after which a run counts as hung
    before: Sequence[str] = None  # of a run of the same side that comes first, in the same folder
    needs: dict = {}  # {distribution: oldest release that has what the case is about}


class Note(NamedTuple):
    """Why a case cannot be equal."""

    text: str
    needs: dict = {}  # {distribution: first release that it is true of}: with an older one the case is like any other


# ---- readers for Case.files ----


def text(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read()


def lines(path):
    return text(path).splitlines()


def json_data(path):
    return json.loads(text(path))


def without(data, *names):
    """JSON data without the members that differ between any two runs, wherever they stand."""
    if isinstance(data, dict):
        return {key: without(value, *names) for key, value in data.items() if key not in names}
    if isinstance(data, list):
        return [without(value, *names) for value in data]
    return data


# ---- the order in which tests ran, for Case.check ----


def queues(run):
    """{worker, or None for one process: the tests that it ran, in order}"""
    found = {}
    for report in run.record.reports:
        ran = found.setdefault(report["worker"], [])
        if ran[-1:] != [report["id"]]:
            ran.append(report["id"])
    return found


def in_order(peer, prun):
    """A worker runs tests in the order of collection: all of them, or those of a unit with a mode that has units.

    What a worker has stolen comes after its own, so worksteal promises nothing.
    """
    place = {test: i for i, test in enumerate(prun.record.ids)}
    unit = {
        "loadscope": lambda test: test.rsplit("::", 1)[0],
        "loadfile": lambda test: test.split("::", 1)[0],
    }.get(prun.record.dist, lambda test: "")
    for worker, ran in queues(prun).items() if prun.record.dist != "worksteal" else ():
        units = {}
        for test in ran:
            units.setdefault(unit(test), []).append(test)
        for tests in units.values():
            if tests != sorted(tests, key=place.get):
                yield f"{worker} ran out of order: {tests}"


# ---- what reports show, for Case.check ----


def shown(output):
    """{heading: [its lines]} of failures, errors, with -rA of passes, and of the short summary.

    Without addresses and names of workers.
    """
    found, name = {}, None
    for line in output.splitlines():
        if re.match(r"=+ short test summary info =+$", line):
            name = "short summary"
        elif re.match(r"=+ .* =+$|-+ generated ", line):
            name = None
        elif re.match(r"_+ .* _+$", line):
            name = line.strip("_ ")
            found.setdefault(name, []).append([])  # subtests of one test may share it
        elif name == "short summary":
            found.setdefault(name, []).append(line)
        elif name and not re.match(r"\[gw\d+\] ", line):
            found[name][-1].append(re.sub(r"0x[0-9a-f]{6,}", "0xN", line))
    return {name: sorted(parts) for name, parts in found.items()}


def same_shown(peer, prun):
    """What the failures, and with -rA the passes, show; in whatever order."""
    want, got = shown(peer.output), shown(prun.output)
    for name in [*want, *(n for n in got if n not in want)]:
        if want.get(name) != got.get(name):
            yield f"{name}: {want.get(name)} is {got.get(name)} with prun"
    if not want:
        yield f"{peer.side} shows no failure"
