#!/usr/bin/env bash
# --verify-dropin: the verdict on a sound suite and on one with five kinds of trouble, its report, bad input, Ctrl-C.
# shellcheck source=t/lib.sh disable=SC1091,SC2034,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
LIMIT=300 # for lib.sh; verifying is many runs
export PYTEST_ADDOPTS='-p no:randomly' # the suites are made for their order
open_ready
report=$work/report.json

# field EXPRESSION: of the report, called r; found(SUBJECT) is the difference in it.
field() {
    "$PRUN_TEST_PYTHON" - "$report" "$1" <<'PY'
import json
import sys

with open(sys.argv[1], encoding="utf-8") as f:
    r = json.load(f)


def found(subject):
    return next(d for d in r["differences"] if d["subject"].startswith(subject))


print(eval(sys.argv[2]))
PY
}

# verdict WORD: standard output ends in it.
verdict() { tail -n 1 "$out" | grep -q "^verdict: $1"; }
nothing_left() { ! find "$TMPDIR" -mindepth 1 -maxdepth 1 -name 'prun-verify-*' | grep .; }

# ---- a sound suite ----

use demo
rm -rf .pytest_cache
prun --verify-dropin --verify-report="$report"
is "$rc" 0 'a sound suite: exit status 0'
ok 'and the verdict is drop-in' verdict 'drop-in: .* 41 tests'
is "$(field 'r["version"], r["verdict"], r["exit"], r["differences"]')" "(1, 'drop-in', 0, [])" 'and so says the report'
is "$(field 'r["sides"]["prun"]["command"][1:]')" "['-n', '2']" '-n 2 where nothing else is said'
is "$(field 'sorted(r["sides"]["serial"]["outcomes"].items()) == sorted(r["sides"]["prun"]["outcomes"].items())')" True \
    'both sides counted the same'
is "$(field '"JUnit" in r["compared"]')" True 'JUnit was compared'
ok 'no file of its own is left' nothing_left
ok 'nor in the suite' test ! -e .pytest_cache

prun --verify-dropin -n3 --dist=loadfile --junitxml=mine.xml -k 'not output'
is "$rc" 0 'with options of pytest and of xdist: exit status 0'
has '^verify: python.* -m pytest --junitxml=mine.xml -k .not output.$' 'serial pytest has none of the workers'
has '^verify: prun -n3 --dist=loadfile ' 'prun has all'
ok "the user's file is not touched" test ! -e mine.xml

if have_xdist; then
    printf '[pytest]\naddopts = -n 3\n' >pytest.ini
    prun --verify-dropin
    is "$rc" 0 'workers asked for in addopts: exit status 0'
    has '^verify: prun$' 'and their number is not overridden'
else
    skip 'no xdist' 'workers asked for in addopts: exit status 0'
    skip 'no xdist' 'and their number is not overridden'
fi

# ---- failures that both have are no difference ----

fresh
put test_mixed.py <<'PY'
import pytest


def test_bad():
    assert 0


@pytest.fixture
def broken():
    raise OSError("no such thing")


def test_error(broken):
    pass


def test_property(record_property):
    record_property("colour", "red")
PY
prun --verify-dropin
is "$rc" 0 'failures on both sides: exit status 0'
put test_syntax.py <<<'def'
prun --verify-dropin
is "$rc" 0 'an error in collecting, on both sides: exit status 0'
rm test_syntax.py

# ---- what only JUnit shows ----

put test_mixed.py <<'PY'
import os


def test_property(record_property):
    record_property("worker", os.environ.get("PYTEST_XDIST_WORKER", "none"))
PY
prun --verify-dropin --verify-runs=1 --verify-report="$report"
is "$rc" 1 'another property in JUnit: exit status 1'
is "$(field '[(d["kind"], d["detail"], d["class"]) for d in r["differences"]]')" "[('junit', 'property', 'fork-dependent')]" \
    'and it is named'

# ---- prun must not be blamed for what serial pytest does to itself ----

fresh
put test_ids.py <<'PY'
import uuid

import pytest


@pytest.mark.parametrize("n", [1, 2], ids=lambda n: str(uuid.uuid4()))
def test_id(n):
    pass
PY
prun --verify-dropin --verify-runs=1
is "$rc" 0 'only unstable ids: exit status 0'
has '^   unstable id: ' 'but they are named'

# ---- five kinds of trouble ----

use verify/trouble
export TIMES=$work/times MEET=$work/meet
mkfifo "$MEET"
prun --verify-dropin --verify-runs=2 --verify-report="$report"
is "$rc" 1 'trouble: exit status 1'
ok 'trouble: not a drop-in' verdict 'not a drop-in'
class() { field "found('$1')['class'], found('$1')['phase']"; }
is "$(class test_z_order.py::test_use)" "('order-dependent', 'execution')" 'an order-dependent test'
is "$(field 'found("test_z_order.py::test_use")["related"]')" test_a_order.py::test_fill 'and what it depends on'
is "$(class test_c_flaky.py::test_flaky)" "('flaky', 'execution')" 'a flaky test'
is "$(field 'found("test_c_flaky.py::test_flaky")["serial_too"]')" True "which is not prun's doing"
is "$(class test_d_worker.py::test_database)" "('worker identity at import', 'execution')" 'a worker id read at import'
is "$(field 'found("test_d_worker.py::test_database")["where"]')" "['test_d_worker.py', 4, 'PYTEST_XDIST_WORKER']" \
    'and where it is read'
is "$(class test_b_plugin.py::test_ledger)" "('plugin with global state', 'execution')" 'a plugin that minds the fork'
is "$(field 'found("test_b_plugin.py::test_ledger")["plugin"]')" ledger_plugin 'and its name'
is "$(class test_b_plugin.py::test_second_number)" "('plugin with global state', 'execution')" \
    'a plugin whose fixture keeps state'
is "$(class test_e_ids.py::test_token)" "('unstable id', 'collection')" 'an unstable id'
is "$(field '{d["class"] for d in r["differences"] if d["kind"] == "exit"}')" "{'follows from the others'}" \
    'the exit status follows'
is "$(field 'len(r["differences"])')" 10 'nothing else'

# ---- a test that differs by the fork, after others, and beside others ----

fresh
put test_fork.py <<'PY'
import os

IMPORTED_BY = os.getpid()


def test_pid():
    assert os.getpid() == IMPORTED_BY
PY
prun --verify-dropin --verify-runs=1 --verify-report="$report"
is "$(field 'r["exit"], found("test_fork.py::test_pid")["class"]')" "(1, 'fork-dependent')" 'a fork-dependent test'

fresh
put test_order.py <<'PY'
import os

import pytest

seen = []


@pytest.mark.parametrize("n", range(3))
def test_one(n):
    seen.append(n)


def test_two():
    """Is broken by test_one[1] if test_one[2] does not come between, as by --order in prun's worker."""
    assert seen[-1:] != [1]


def pytest_is_not_interested():
    pass
PY
put conftest.py <<'PY'
def pytest_configure_node(node):
    """In the controller, before any fork: take test_one[2] out of the way of the others."""
    node.workerinput["leave_out"] = True


def pytest_runtest_setup(item):
    if hasattr(item.config, "workerinput") and item.name == "test_one[2]":
        item.obj = lambda n: None
PY
prun --verify-dropin -n1 --verify-runs=1 --verify-report="$report"
is "$(field 'r["exit"], found("test_order.py::test_two")["class"]')" "(1, 'fork-dependent')" \
    'one that differs by the fork only after others'

# ---- beside others ----

# With two workers both tests hold the door at once; the second to come finds it open.  In mode load each has two tests.
fresh
put test_door.py <<'PY'
import os

DOOR = "door"


def meet(mode):
    if os.environ.get("PYTEST_XDIST_WORKER_COUNT") == "2":
        with open(os.environ["MEET"], mode):
            pass


def test_holds():
    open(DOOR, "w").close()
    meet("r")
    meet("w")
    os.unlink(DOOR)


def test_between():
    pass


def test_comes():
    meet("w")
    try:
        assert not os.path.exists(DOOR)
    finally:
        meet("r")


def test_last():
    pass
PY
prun --verify-dropin -n 2 --dist load --verify-runs=1 --verify-report="$report"
is "$(field 'r["exit"], found("test_door.py::test_comes")["class"]')" "(1, 'parallel-dependent')" \
    'tests that are in each other'"'"'s way'

# ---- a plugin that shuffles ----

fresh
put conftest.py <<'PY'
import random


def pytest_addoption(parser):
    parser.addoption("--randomly-seed", default="default")


def pytest_collection_modifyitems(config, items):
    seed = config.getoption("randomly_seed")
    random.Random(None if seed == "default" else seed).shuffle(items)
PY
put test_many.py <<'PY'
import pytest


@pytest.mark.parametrize("n", range(40))
def test_many(n):
    pass
PY
prun --verify-dropin
is "$rc" 0 'shuffled tests: exit status 0'
has '^note: pytest-randomly shuffles the tests; both sides had the seed [0-9]+$' 'shuffled tests: one seed, which is told'
hasnt '^note: .* another order' 'shuffled tests: the same order'

# ---- coverage ----

if "$PRUN_TEST_PYTHON" -c 'import pytest_cov' 2>/dev/null; then
    fresh
    put cove.py <<'PY'
import os


def f():
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return 1
    return 2
PY
    put test_cov.py <<'PY'
import cove


def test_nothing():
    pass
PY
    prun --verify-dropin --cov=cove --cov-report= --verify-report="$report"
    is "$rc" 0 'the same coverage: exit status 0'
    is "$(field 'r["compared"][-1]')" coverage 'coverage was compared'
    prun --verify-dropin --cov --cov-report= --verify-report="$report"
    is "$rc" 0 'no source named: what prun runs is not in it'
    sed -i 's/    pass/    assert cove.f()/' test_cov.py
    prun --verify-dropin --cov=cove --cov-report= --verify-runs=1 --verify-report="$report"
    is "$rc" 1 'other lines ran: exit status 1'
    is "$(field '[(d["kind"], d["subject"], d["serial"], d["prun"]) for d in r["differences"]]')" \
        "[('coverage', 'cove.py', [7], [6])]" 'and they are named'
    ok 'no coverage file is left' test ! -e .coverage
else
    skip 'no pytest-cov' 'coverage'
fi

# ---- a crash ----

fresh
put test_crash.py <<'PY'
import os
import signal


def test_before():
    pass


def test_crash():
    os.kill(os.getpid(), signal.SIGSEGV)


def test_after():
    pass
PY
prun --verify-dropin --verify-report="$report"
is "$rc" 1 'serial pytest dies: exit status 1'
has 'serial pytest was killed by SIGSEGV; 2 tests have no outcome, the first is test_crash.py::test_crash' 'and it is said where'

# ---- bad input ----

bad() {
    prun --verify-dropin "${@:2}"
    is "$rc" 4 "$1: exit status 4"
    is "$(grep -c '^prun: ' "$err")" 1 "$1: one sentence"
}
fresh
put test_pass.py <<<'def test_pass(): pass'
bad 'no number of runs' --verify-runs
bad 'a wrong number of runs' --verify-runs=none
bad 'runs of 0' --verify-runs 0
bad 'a report in no folder' --verify-report="$work/none/report.json"
bad 'an unknown option of its own' --verify-nothing
bad 'a debugger' --pdb
bad "an option that pytest does not know" --nonsense
bad 'a file that is not there' test_absent.py
bad 'no tests' -k absent
prun --verify-runs 2
is "$rc" 4 '--verify-runs without --verify-dropin: exit status 4'
prun --help
has '^  --verify-dropin ' '--help shows it'

# ---- Ctrl-C ----

use verify/wait
rm -f "$report"
start "$PRUN" --verify-dropin --verify-report="$report"
await
kill -INT "$pid"
finish
is "$rc" 2 'Ctrl-C: exit status 2'
is "$(field 'r["verdict"], r["stage"], sorted(r["sides"])')" "('interrupted', 'prun run', ['prun', 'serial'])" \
    'Ctrl-C: the report says how far it got'
is "$(field 'r["sides"]["serial"]["outcomes"], r["sides"]["prun"]["outcomes"]')" "({'passed': 2}, {'passed': 1})" \
    'Ctrl-C: and holds what had ended'
ok 'Ctrl-C: the verdict says so' verdict 'none; interrupted during the prun run'
ok 'Ctrl-C: no process left' drained
ok 'Ctrl-C: no file left' nothing_left

start "$PRUN" --verify-dropin
await
kill -TERM "$pid"
finish
is "$rc" 143 'SIGTERM: prun dies of it'
ok 'SIGTERM: no process left' drained

done_testing
