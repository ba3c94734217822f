#!/usr/bin/env bash
# A test that writes a result of its own making to prun's pipe spoils its own outcome, not the run.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

use hostile
put test_hostile.py <<'PY'
import hostile
import pytest
from hostile import report, warning

ENTRY = {"type": "ReprEntry", "data": {"lines": ["x"], "reprfuncargs": None, "reprlocals": None, "reprfileloc": None, "style": "long"}}


def failed(message="m", entry=ENTRY):
    crash = {"path": "p", "lineno": 1, "message": message}
    trace = {"reprentries": [entry], "extraline": None, "style": "long"}
    return report(outcome="failed", longrepr={"reprcrash": crash, "reprtraceback": trace, "sections": [], "chain": [{"$t": [trace, crash, None]}]})


EVENTS = [
    ["report", {"$b": 5}],
    ["report", {"outcome": "failed"}],
    ["report", {"$report_type": "TestReport"}],
    ["report", {"$report_type": "Nothing"}],
    ["report", {"$d": [[{"$s": [[]]}, 1]], "x": {"$i": "zz"}}],
    ["shown", {"$report_type": "TestReport", "nodeid": 1}, 1, 2],
    ["shown", report()[1], 1, 2],
    report(nodeid=5),
    report(nodeid="test_hostile.py::test_other[9]"),
    report(outcome=["failed"]),
    report(when=[]),
    report(sections=5),
    report(sections=[["a"]]),
    report(outcome="failed", longrepr={"$s": [1]}),
    report(outcome="failed", longrepr={"reprcrash": 1, "reprtraceback": 2, "sections": 3}),
    failed(message=1),
    failed(entry={"type": "ReprEntry", "data": {**ENTRY["data"], "lines": [1]}}),
    failed(entry={"type": "ReprEntry", "data": {**ENTRY["data"], "lines": 7}}),
    failed(entry={"type": "Entry", "data": {}}),
    warning(when=1),
    warning(nodeid=1),
    warning(location=1),
    warning(location={"$t": [1, 2, 3]}),
    warning(module=1),
    warning(name="\0"),
    warning(str=5),
    warning(filename=1),
    warning(lineno="x"),
    warning(args=1),
    ["warning", {}, 1, 2, 3],
    ["logstart", 1, 2],
    ["logstart", "n", None],
    ["logfinish", {"$t": []}, {"$t": ["f", "1", "d"]}],
    ["xml", "n", {"a": 1}],
    ["xml", "n", {"$t": [1]}],
    ["item", {"runtest": 1}],
    ["item", {"_request": 1}],
    ["item", {"location": "x"}],
    ["item", {"name": [1]}],
    ["item", {"$d": [[1, 2]]}],
    ["leaks", "n", ["x"]],
    ["leaks", 1, 2],
]
MENDED = [
    report(outcome="skipped"),
    report(outcome="skipped", longrepr="why"),
    report(outcome="skipped", longrepr={"$t": [1, 2]}),
    report(duration="x", start=None, stop=[]),
    report(sections=[["a", {"$r": 5}], [1, {"$r": [1, 2, 3]}]]),
    report(toterminal=1, get_sections="x"),
    report(location=None),
    report(location={"$t": [1, 2, 3]}),
    report(keywords=[1]),
    report(wasxfail=1),
    report(longrepr=["a"]),
    report(user_properties=[{"a": 1}, "tag", ["b", 2]]),
    report(user_properties=[["x", {"$r": [1, 2]}], ["y", {"$n": "nan"}], [{"$b": ""}, {"$i": "f" * 60}]]),
    warning(name="no", module="no.such"),
    warning(name="no", module="sys", args=[1, 2, 3], str="other"),
    warning(name="exit", module="os"),
]


@pytest.mark.parametrize("n", range(len(EVENTS)))
def test_hostile(n):
    # What can be read of it is no outcome beside the other.
    hostile.result(n, [report(nodeid=f"test_hostile.py::test_hostile[{n}]"), EVENTS[n]])


@pytest.mark.parametrize("n", range(10))
def test_other(n):
    pass


@pytest.mark.parametrize("n", range(len(MENDED)))
def test_mended(n):
    passed, event = report(), MENDED[n]
    told = [event] if event[0] == "report" else [passed, event]
    told[0][1]["nodeid"] = f"test_hostile.py::test_mended[{n}]"
    hostile.result(len(EVENTS) + 10 + n, told)
PY
failures=$("$PRUN_TEST_PYTHON" -c 'import test_hostile as t; print(len(t.EVENTS))')
for options in '-n 1 -rA --junitxml=x.xml' '-n 3 -v -rA --junitxml=x.xml --durations=3'; do
    # shellcheck disable=SC2086
    prun $options -p no:randomly
    is "$rc $(summary | sed 's/, [0-9]* warnings//')" "1 $failures failed, 22 passed, 3 skipped, 1 xpassed" "each spoils its own outcome, $options"
    hasnt '^INTERNALERROR' 'and nothing breaks off'
    has 'what the worker told cannot be understood \(logstart\): its location' 'the failure says why'
    has '\(report\): it is of test_hostile.py::test_other\[9\], which another worker runs' 'nobody speaks for another'
done
ok 'all are in the JUnit file, once' test "$(grep -o '<testcase' x.xml | wc -l)" = "$((failures + 10 + 16))"

# How deep is too deep depends on the release of Python.
use hostile
rm -f test_hostile.py
put test_deep.py <<'PY'
import hostile


def test_deep():
    told = hostile.report(user_properties=[["deep", "DEEP"]])
    told[1]["nodeid"] = "test_deep.py::test_deep"
    hostile.result(0, [told])
PY
prun -n 1
ok 'a value that is nested deeply costs no more than its own test' grep -Eq '^=+ 1 (passed|failed) in' "$out"
hasnt '^INTERNALERROR' 'and nothing breaks off'
rm test_deep.py

# ---- what belongs to no test ----

use hostile
put test_what.py <<'PY'
import os

import _prun
import hostile
import pytest

LOGS = [
    hostile.report(nodeid="test_what.py::test_other[9]"),
    hostile.report(location=None),
    hostile.warning(lineno="x"),
    ["xml", "n", {}],
    ["item", {}],
    ["leaks", "n", []],
]
BYES = [
    {"workeroutput": 5},
    {"shouldstop": []},
    {"shouldfail": {"$t": []}},
    {"internalerror": 5},
    {"late_errors": 5},
    {"testsuite_properties": 5},
    {"testsuite_properties": [["x", 1, 2]]},
    {"collection": []},
]


def test_log():
    hostile.say(hostile.LOG, LOGS)


@pytest.mark.parametrize("n", range(10))
def test_other(n):
    pass


def test_bye():
    _prun.bye = lambda json: hostile.say(hostile.BYE, BYES[int(os.environ["BYE"])])
PY
run env BYE=0 "$PRUN" -n 1 --junitxml=x.xml -k 'log or other'
is "$rc $(summary)" '1 11 passed, 1 deselected' 'what belongs to no test and cannot be understood: the tests have their outcomes, the run has failed'
is "$(grep -c '^\[gw0\] what the worker told cannot be understood' "$out")" 6 'and each is told'
hasnt '^INTERNALERROR' 'and nothing breaks off'
for bye in 0 1 2 3 4 5 6 7; do
    run env BYE=$bye "$PRUN" -n 2 --junitxml=x.xml -k 'bye or other'
    is "$rc $(summary)" '1 11 passed, 1 deselected' "last words, $bye"
    has '^\[gw[01]\] what the worker told at its end cannot be understood: its ' 'are told'
    hasnt '^INTERNALERROR' 'and nothing breaks off'
done

# ---- memory ----

use hostile
put test_memory.py <<'PY'
import os
import re

import hostile
import pytest


def peak():
    """Of the master, in megabytes."""
    with open(f"/proc/{os.getppid()}/status") as f:
        return int(re.search(r"VmHWM:\s+(\d+)", f.read())[1]) >> 10


def flood(how):
    before = peak()
    how()
    assert peak() - before < 150


def test_logs():
    frames = hostile.struct.pack("<IBBH", 2, hostile.LOG, 1, 0) + b"[]"
    (fd,) = filter(hostile.is_result_pipe, map(int, os.listdir("/proc/self/fd")))

    def logs():
        for _ in range(100):
            left = frames * 10000
            while left:
                left = left[os.write(fd, left) :]

    flood(logs)


def test_stderr(capfd):
    def text():
        with capfd.disabled():
            for _ in range(1000):
                os.write(2, b"x" * 1000000)

    flood(text)
PY
run bash -c "exec '$PRUN' -n 1 2>/dev/null"
is "$rc $(summary)" '0 2 passed' 'a worker that tells without end does not fill the memory of the master'

done_testing
