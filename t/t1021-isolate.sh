#!/usr/bin/env bash
# --isolate: each test in a process of its own.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

put test_apart.py <<'PY'
import ctypes
import os
import signal
import warnings

import pytest

seen = []


@pytest.fixture(scope="module")
def module():
    seen.append("up")
    yield


def test_first(module):
    seen.append("first")


def test_second(module):
    assert seen == ["up"]


def test_killed():
    os.write(1, b"its last words\n")
    os.kill(os.getpid(), signal.SIGKILL)


def test_segfault():
    ctypes.string_at(0)


def test_exits():
    os._exit(7)


def test_fails():
    print("what it printed")
    assert seen == [0]


@pytest.mark.skip(reason="so")
def test_skipped():
    pass


@pytest.mark.xfail
def test_xfails():
    assert 0


def test_warns():
    warnings.warn("careful")


def test_has_no_children():
    with pytest.raises(ChildProcessError):
        os.wait()


def test_properties(record_property, record_testsuite_property):
    record_property("one", 1)
    record_testsuite_property("all", "yes")


def test_last(tmp_path, capfd, monkeypatch):
    monkeypatch.setenv("LEFT", "1")
    assert not seen
PY
for workers in '-n 2' '-n 1 --dist loadscope' '-n 1 --xdist-exact' ''; do
    # shellcheck disable=SC2086
    prun $workers --isolate -rA --junitxml="$work/junit.xml" -o junit_family=xunit1
    is "$rc" 1 "prun $workers --isolate: the exit status"
    is "$(summary)" '4 failed, 6 passed, 1 skipped, 1 xfailed, 1 warning' "prun $workers: what became of each"
    has "^the process of 'test_apart.py::test_killed' crashed: killed by SIGKILL" "prun $workers: a signal"
    has "^its last words" "prun $workers: captured output of a process that died"
    has "^the process of 'test_apart.py::test_segfault' crashed: killed by SIGSEGV" "prun $workers: a fault"
    has '^  File .* in test_segfault' "prun $workers: with the stack"
    has "^the process of 'test_apart.py::test_exits' crashed: exited with status 7" "prun $workers: an exit"
    has '^what it printed' "prun $workers: captured output"
    has '^test_apart.py::test_warns$' "prun $workers: warnings"
    ok "prun $workers: properties of a test" grep -q '<property name="one" value="1"' "$work/junit.xml"
    case $workers in
    *exact*) ;; # lost, as with xdist
    *) ok "prun $workers: properties of the suite" grep -q '<property name="all" value="yes"' "$work/junit.xml" ;;
    esac
    is "$(grep -o '<testcase' "$work/junit.xml" | wc -l)" 12 "prun $workers: one testcase for each"
    ok "prun $workers: nobody is left" drained
done
two=(test_apart.py::test_first test_apart.py::test_second)
prun -n 2 --isolate --dist each "${two[@]}"
is "$(summary)" '4 passed' '--dist each'
prun -n 2 --forked "${two[@]}"
is "$(summary)" '2 passed' '--forked is another name'
printf '%s\n' 'import pytest' '@pytest.mark.isolate' 'def test_1(): pass' '@pytest.mark.forked' 'def test_2(): pass' >test_strictly.py
prun -n 1 --strict-markers test_strictly.py
is "$(summary)" '2 passed' '--strict-markers knows both'
prun -n 1 "${two[@]}"
is "$(summary)" '1 failed, 1 passed' 'not asked for, not done'
prun -n 1 -x --isolate
is "$rc" 1 '-x'
is "$(summary)" '1 failed, 2 passed' '-x ends with the first failure'
prun -x --isolate
is "$rc" 1 '-x without workers'
is "$(summary)" '1 failed, 2 passed' '-x without workers ends with the first failure'
prun --isolate test_apart.py::test_first
is "$(summary)" '1 passed' 'what follows the option is no value of it'
prun -n 1 --isolate --collect-only -q
is "$rc" 0 '--collect-only'
prun -n 1 --isolate=what
is "$rc" 4 'another value is a usage error'

fresh
put test_mark.py <<'PY'
import os

import pytest

seen = []


@pytest.fixture(scope="module")
def module():
    seen.append("up")
    yield
    with open(os.environ["EVENTS"], "a") as f:
        f.write(f"down in {os.getpid()}\n")


def test_here(module):
    seen.append("here")


@pytest.mark.isolate
def test_apart(module):
    assert seen == ["up"]


@pytest.mark.isolate()
def test_forked():
    assert not seen


def test_here_again(module):
    assert seen == ["up", "here"]


@pytest.mark.isolate
def test_crashes():
    os._exit(1)
PY
put test_other.py <<'PY'
def test_other():
    with open("/proc/self/task/%d/children" % __import__("os").getpid()) as f:
        assert not f.read()
PY
for workers in '-n 1' ''; do
    : >"$EVENTS"
    # shellcheck disable=SC2086
    prun $workers
    is "$(summary)" '1 failed, 5 passed' "prun $workers: marked tests alone have a process"
    is "$(sort "$EVENTS" | uniq -c | awk '{ print $1 }' | xargs)" '1 1' "prun $workers: each process tears its fixtures down once"
done
prun -n 1 -v
has 'short cuts: .*run' 'tests without the marker take the short way'

fresh
put test_unit.py <<'PY'
import os

seen = []


def test_a():
    seen.append(os.getpid())


def test_b():
    assert seen == [os.getpid()]


def test_dies():
    os._exit(1)


def test_after():
    assert not seen


class TestC:
    def test_c(self):
        assert not seen
        seen.append(1)

    def test_d(self):
        assert seen == [1]
PY
for workers in '-n 1' ''; do
    # shellcheck disable=SC2086
    prun $workers --isolate=unit
    is "$(summary)" '1 failed, 5 passed' "prun $workers --isolate=unit: a process for each module or class"
done

fresh
put test_limits.py <<'PY'
import signal
import time

import pytest


def test_small():
    bytearray(1 << 20)


def test_large():
    bytearray(300 << 20)


def test_busy():
    while True:
        pass


def test_busy_where_no_handler_runs():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGXCPU])
    while True:
        pass


def test_waits():
    time.sleep(0.1)
PY
for workers in '-n 1' ''; do
    # shellcheck disable=SC2086
    prun $workers --limit-memory 200M --limit-cpu 1
    is "$(summary)" '3 failed, 2 passed' "prun $workers: limits"
    has '^no more than 200M could be allocated' "prun $workers: memory"
    has '^E +Failed: used more than 1 s of processor time' "prun $workers: processor time"
    has 'killed by SIGKILL.*; it used [0-9.]+ s of processor time, of 1 ' "prun $workers: processor time, killed"
done
prun -n 1 --limit-memory 99999999999T
is "$rc" 4 'more memory than can be said'
prun -n 1 --limit-memory huge
is "$rc" 4 'a size that is none'
prun -n 1 --limit-cpu 0
is "$rc" 4 'a time that is none'
prun -n 1 --limit-cpu 1 --isolate=unit
is "$rc" 4 'limits are of one test'

fresh
put test_slow.py <<'PY'
import time


def test_slow():
    time.sleep(1000)


def test_after():
    pass
PY
if "$PRUN_TEST_PYTHON" -c 'import pytest_timeout' 2>/dev/null; then
    skip 'pytest-timeout is installed' 'a timeout that the master enforces'
else
    prun -n 1 --isolate --timeout 1
    is "$(summary)" '1 failed, 1 passed' 'a timeout that the master enforces'
    has '^  File .* in test_slow$' "shows the stack of the test's own process"
    hasnt 'nursery' 'and not that of the worker, which waits'
    ok 'nobody is left' drained
fi

if "$PRUN_TEST_PYTHON" -c 'import pytest_cov' 2>/dev/null; then
    fresh
    printf 'def f():\n    return 1\n' >lib.py
    printf 'import lib\n\n\ndef test_f():\n    assert lib.f()\n' >test_lib.py
    for workers in '-n 1' ''; do
        # shellcheck disable=SC2086
        prun $workers --isolate --cov=lib
        has '^lib.py +2 +0 +100%' "prun $workers: pytest-cov"
    done
else
    skip 'pytest-cov is not installed' 'pytest-cov'
fi

fresh
open_ready
put test_hang.py <<'PY'
import os
import time

import pytest


def tell(what):
    with open(os.environ["EVENTS"], "a") as f:
        print(what, file=f)


@pytest.fixture(scope="module")
def server():
    yield
    tell("and the server")


@pytest.fixture
def table(server):
    yield
    tell("so was the table")


def test_hangs(table):
    try:
        with open(os.environ["READY"], "w") as f:
            f.write("x\n")
        while True:
            time.sleep(0.01)
    finally:
        tell("was interrupted")


def test_never():
    pass
PY
for how in '-n 1 --isolate' '--isolate' '-n 1 --isolate=unit'; do
    : >"$EVENTS"
    # shellcheck disable=SC2086
    start "$PRUN" $how
    await
    kill -INT "$pid"
    finish
    is "$rc $(summary)" '2 no tests ran' "prun $how: an interrupt, and the test has no outcome"
    is "$(xargs <"$EVENTS")" 'was interrupted so was the table and the server' "prun $how: reaches the test, and ends its fixtures"
    ok "prun $how: nobody is left" drained
done

put test_stops.py <<'PY'
import os

import pytest


@pytest.fixture(scope="module", autouse=True)
def server():
    yield
    with open(os.environ["EVENTS"], "a") as f:
        print("server down", file=f)


def test_fails():
    assert 0


def test_never():
    pass
PY
for workers in '-n 1' ''; do
    : >"$EVENTS"
    # shellcheck disable=SC2086
    prun $workers --isolate=unit -x test_stops.py
    is "$rc $(xargs <"$EVENTS")" '1 server down' "prun $workers --isolate=unit -x: what the unit had set up is torn down"
done

fresh
put test_subtests.py <<'PY'
def test_parts(subtests):
    with subtests.test():
        assert 0
PY
pytest
wanted=$(summary)
for workers in '-n 1' ''; do
    # shellcheck disable=SC2086
    prun $workers --isolate
    is "$(summary)" "$wanted" "prun $workers: a test whose subtest failed"
done

# After some dozens of children the layer's memory is moved to huge pages, where there are such (src/huge.c).
fresh
put test_many.py <<'PY'
import pytest

heap = [[i, str(i)] for i in range(100_000)]


@pytest.mark.parametrize("n", range(80))
def test_memory_is_what_it_was(n):
    assert all(pair == [i, str(i)] for i, pair in enumerate(heap))
    for pair in heap[n::80]:
        pair.clear()
PY
for workers in '-n 1' ''; do
    # shellcheck disable=SC2086
    prun $workers --isolate
    is "$rc $(summary)" '0 80 passed' "prun $workers: many tests, each with the memory as it was"
done

done_testing
