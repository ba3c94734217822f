#!/usr/bin/env bash
# --find-polluter: which tests make another one fail.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

put state.py <<'PY'
left = set()
PY
put test_a.py <<'PY'
import os

import pytest

from state import left


@pytest.mark.parametrize("n", range(20))
def test_many(n):
    print("nobody shall see this")
    if n == 13:
        left.add("a")


def test_fails():
    assert 0


@pytest.fixture(scope="module")
def kept():
    left.add("fixture")
    yield
    left.remove("fixture")


def test_tidy(kept):
    pass
PY
put test_b.py <<'PY'
import os

from state import left


def test_half():
    left.add("b")


def test_one():
    assert "a" not in left


def test_two():
    assert not {"a", "b"} <= left


def test_alone():
    assert 0, "whatever comes before"


def test_never():
    assert "fixture" not in left


def test_later():
    assert "c" not in left


def test_crashes():
    if "a" in left:
        os.kill(os.getpid(), 11)
PY
put test_c.py <<'PY'
from state import left


def test_after():
    left.add("c")
PY
for workers in '' '-n 2'; do
    # shellcheck disable=SC2086
    prun $workers --find-polluter test_b.py::test_one
    is "$rc" 0 "prun $workers: found"
    is "$(sed -n '/fails after$/,/^with/p' "$out" | xargs)" \
        'test_b.py::test_one fails after test_a.py::test_many[13] with: AssertionError: assert a not in {a}' \
        "prun $workers: which it is, and with what"
    has '^probe 1: alone: passes$' "prun $workers: progress"
    has '^probe 2: after 23 tests: fails$' "prun $workers: what comes before it"
    hasnt 'nobody shall see this' "prun $workers: what probes print is not seen"
    ok "prun $workers: nobody is left" drained
done
is "$(grep -c '^probe' "$out" | awk '{ print ($1 <= 14) }')" 1 'as many probes as it takes to halve again and again'
prun --find-polluter test_b.py::test_two
is "$rc $(sed -n 's/^    //p' "$out" | xargs)" '0 test_a.py::test_many[13] test_b.py::test_half' 'two that are guilty together'
prun --find-polluter test_b.py::test_later
is "$rc $(sed -n 's/^    //p' "$out" | xargs)" '0 test_c.py::test_after' 'one that comes later'
prun --find-polluter test_b.py::test_crashes
is "$rc $(sed -n 's/^    //p' "$out" | xargs)" '0 test_a.py::test_many[13]' 'a crash is a failure'
prun --find-polluter test_b.py::test_alone
is "$rc" 1 'one that fails alone'
has '^test_b.py::test_alone fails alone: AssertionError: whatever comes before$' 'one that fails alone: said'
prun --find-polluter test_b.py::test_never
is "$rc" 1 'one that never fails'
has '^test_b.py::test_never does not fail, alone or after all other tests$' 'one that never fails: said'
prun --find-polluter test_b.py::test_nothing
is "$rc" 4 'no such test'
ok 'no such test: said' grep -q 'test_nothing: no such test was collected' "$err"
prun --find-polluter test_b.py::test_one --xdist-exact -n 2
is "$rc" 4 '--xdist-exact'
prun --find-polluter test_b.py::test_one --collect-only -q
is "$rc" 0 '--collect-only lists the tests'

# Ctrl-C, which a terminal sends to the probe as well.
fresh
open_ready
put test_wait.py <<'PY'
import os
import time


def test_waits():
    with open(os.environ["READY"], "w") as f:
        print(file=f)
    while True:
        time.sleep(0.01)


def test_one():
    pass
PY
start "$PRUN" --find-polluter test_wait.py::test_one
await
kill -INT -"$sid"
finish
is "$rc" 2 'Ctrl-C in a probe'
ok 'Ctrl-C in a probe: no traceback' lacks Traceback "$err"
ok 'Ctrl-C in a probe: nobody is left' drained

done_testing
