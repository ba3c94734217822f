#!/usr/bin/env bash
# --xdist-exact: workers that configure and collect for themselves, for suites that ask at import which they are.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
open_ready

put conftest.py <<'PY'
import os

import pytest

IMPORTED_IN = os.environ.get("PYTEST_XDIST_WORKER", "nowhere")


def pytest_configure(config):
    given = getattr(config, "workerinput", None)
    if given:
        assert given["workerid"] == IMPORTED_IN and given["gift"] == {"from": "master"}
        mode = os.environ.get("MODE")
        if mode == "usage":
            raise pytest.UsageError("not like this")
        if mode == "configure":
            raise ValueError("no way")
        if mode == "exit":
            pytest.exit("that will do", 9)


def pytest_configure_node(node):
    node.workerinput["gift"] = object() if os.environ.get("MODE") == "odd" else {"from": "master"}


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["told"] = IMPORTED_IN


def pytest_testnodedown(node, error):
    with open(os.environ["NODES"], "a") as f:
        told = error or (node.workeroutput["told"], node.workeroutput["exitstatus"])
        print(node.gateway.id, told, os.environ.get("PYTEST_XDIST_WORKER"), file=f)
PY
put test_it.py <<'PY'
import os
import sys

import pytest
from conftest import IMPORTED_IN

MODE = os.environ.get("MODE")
WORKER = os.environ.get("PYTEST_XDIST_WORKER")
if WORKER is None:
    pytest.skip("in workers alone", allow_module_level=True)
if MODE == "wait":
    with open(os.environ["READY"], "w") as f:
        print(WORKER, file=f)
    while True:
        pass
if MODE == "die" or MODE == "die1" and WORKER == "gw1":
    os.abort()
if MODE == "error":
    raise ValueError("while importing")
if MODE == "differ":

    @pytest.mark.parametrize("worker", [WORKER])
    def test_unstable(worker):
        pass


def test_who(worker_id, testrun_uid, tmp_path_factory):
    assert worker_id == WORKER == IMPORTED_IN
    assert tmp_path_factory.getbasetemp().name == f"popen-{worker_id}"
    assert os.environ["PYTEST_XDIST_TESTRUNUID"] == testrun_uid


@pytest.mark.parametrize("n", range(8))
def test_some(n, request):
    assert not hasattr(request.config, "dist") and request.config.option.dist == "no"
    if MODE == "crash" and n == 3:
        os.abort()
    if MODE == "fail" and n == 3:
        print("out")
        print("err", file=sys.stderr)
        assert n == 4


@pytest.mark.xdist_group("b")
@pytest.mark.parametrize("n", range(4))
def test_grouped(n):
    pass
PY
export NODES=$work/nodes

# exact OPTIONS...
exact() {
    : >"$NODES"
    prun -n 2 --xdist-exact "$@"
}
nodes() { sort "$NODES" | tr '\n' ';'; }

for mode in load loadscope loadfile loadgroup worksteal duration; do
    exact --dist "$mode"
    is "$rc $(summary)" '0 13 passed' "$mode: every test, once"
done
is "$(nodes)" "gw0 ('gw0', 0) None;gw1 ('gw1', 0) None;" 'workeroutput arrives, and the master is no worker'
exact --dist each
is "$rc $(summary)" '0 26 passed' 'each: every test in every worker'
prun --xdist-exact
is "$rc $(summary)" '5 1 skipped' 'without workers it does nothing'
prun -n 2
has '^conftest.py:5 reads PYTEST_XDIST_WORKER while it is imported, .*: --xdist-exact$' 'a hint where it could help'
prun -n 2 -q
hasnt 'xdist-exact' 'and none with -q'
exact -k 'who or grouped'
is "$rc $(summary)" '0 5 passed, 8 deselected' 'what workers deselected is counted'
exact -k who
is "$rc $(summary)" '0 1 passed, 12 deselected' 'more workers than tests'
exact -k nothing
is "$rc $(summary)" '5 13 deselected' 'no tests at all'

MODE=fail exact -rA --junitxml=x.xml
is "$rc $(summary)" '1 1 failed, 12 passed' 'a failure'
has '^out$' 'its captured output'
has '^err$' 'on both streams'
ok 'one JUnit case for each test' test "$(grep -o '<testcase' x.xml | wc -l)" = 13
# Of two workers the other may have run the rest before another is worth its while.
MODE=crash exact -n 1 -p no:randomly
is "$rc $(summary)" '1 1 failed, 12 passed' 'a crash costs its test; the new worker collects for itself'
has "crashed while running 'test_it.py::test_some\[3\]'" 'and says which'
ok 'the new worker is one of the layer' grep -q "gw1 ('gw1', 0)" "$NODES"

MODE=error exact
is "$rc $(summary)" '2 1 error' 'an error while collecting ends the run'
has '^E +ValueError: while importing' 'and is shown once'
MODE=differ exact
is "$rc" 1 'workers that collect different tests: exit status'
has '^Only gw0 has: test_it.py::test_unstable\[gw0\]' 'what the first has'
has '^Only gw1 has: test_it.py::test_unstable\[gw1\]' 'what the other has'
MODE=die exact
is "$rc" 3 'no worker can be imported: exit status'
has 'worker gw0 ended before it had collected \(SIGABRT\)' 'and how'
has '^Fatal Python error: Aborted' 'and what it wrote'
MODE=die1 exact
is "$rc $(summary)" '0 13 passed' 'one cannot: the others run all'
has 'node down: .*SIGABRT' 'it is said'
has '^Fatal Python error: Aborted' 'with what it wrote'
MODE=usage exact
is "$rc" 4 'a usage error in a worker: exit status'
ok 'in one sentence' grep -qx 'ERROR: not like this' "$err"
MODE=configure exact
is "$rc" 3 'an error while a worker configures: exit status'
has 'ValueError: no way' 'and its traceback'
MODE='exit' exact
is "$rc" 9 "pytest.exit() in a worker's configure: its status"
has 'that will do' 'and reason'
MODE=odd exact
is "$rc" 4 'workerinput that cannot be sent: exit status'
ok 'the sentence names it' grep -q "workerinput\['gift'\] is a object" "$err"
exact nowhere.py
is "$rc" 4 'a file that is not there: exit status'
ok 'once' test "$(grep -c 'not found: nowhere.py' "$err")" = 1

MODE='wait' start "$PRUN" -n 2 --xdist-exact
await
await
kill -INT "$pid"
finish
is "$rc" 2 'Ctrl-C while workers collect: exit status'
ok 'nobody is left' drained
MODE='wait' start "$PRUN" -n 2 --xdist-exact
await
kill -KILL "$pid"
finish
ok 'killed: nobody is left' drained

# ---- the layer is harmed, from which workers are forked ----

fresh
put test_layer.py <<'PY'
import os
import signal

import pytest


@pytest.mark.parametrize("n", range(8))
def test_layer(n):
    if n == 2:
        master = os.getppid()
        with open(f"/proc/{master}/task/{master}/children") as f:
            pids = f.read().split()
        for pid in pids:
            with open(f"/proc/{pid}/cmdline") as f:
                if "layer" in f.read():
                    os.kill(int(pid), getattr(signal, os.environ["HARM"]))
        os.abort()
PY
HARM=SIGSTOP prun -n 1 --xdist-exact
is "$rc $(summary)" '1 1 failed, 7 passed' 'stopped: it is woken'
ok 'stopped: nobody is left' none_left
HARM=SIGKILL prun -n 1 --xdist-exact
is "$rc $(summary)" '2 1 failed, 2 passed' 'killed: what has no outcome is told'
has '5 tests did not run' 'by number'
ok 'and why' grep -q 'cannot fork a worker' "$err"

done_testing
