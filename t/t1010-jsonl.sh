#!/usr/bin/env bash
# --report-jsonl: what happens in a run, as it happens.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

# reported FILE CHECK...: what t/tools/reported.py makes of it.
reported() { tool reported "$@"; }

cat >"$work/suite.py" <<'PY'
import os
import sys
import time
import warnings

import pytest


@pytest.fixture(scope="module")
def slow():
    time.sleep(0.002)


def test_pass(slow, record_property):
    record_property("key", float("nan"))


def test_print():
    print("some \udc80 output")


def test_fail():
    print("before")
    assert 1 == 2


@pytest.mark.skip(reason="not now")
def test_skip():
    pass


@pytest.mark.xfail(reason="known")
def test_xfail():
    assert 0


@pytest.mark.xfail
def test_xpass():
    pass


def test_set_up(no_such_fixture):
    pass


@pytest.fixture
def breaks():
    yield
    raise RuntimeError("late")


def test_teardown(breaks):
    pass


def test_warn():
    warnings.warn("careful")


@pytest.mark.parametrize("x", ["</script>", "\n", "\x00", "ü☃"])
def test_ids(x):
    pass
PY

outcomes='error 2 failed 1 passed 7 skipped 1 xfailed 1 xpassed 1'
for workers in '' '-n 2' '-n 1 --dist load' '-n 2 --dist loadscope' '-n 2 --dist worksteal' '-n 2 --xdist-exact' '-n 2 --no-fast' \
    '-n 2 -v' '-n 2 -p no:terminal' '-q -p no:randomly'; do
    fresh
    cp "$work/suite.py" test_a.py
    # shellcheck disable=SC2086
    prun $workers --report-jsonl out/events.jsonl
    is "$rc" 1 "prun $workers: pytest's exit status"
    ok "prun $workers: the events are sound" reported out/events.jsonl sound
    is "$(reported out/events.jsonl outcomes)" "$outcomes" "prun $workers: outcomes"
    is "$(reported out/events.jsonl get test_fail sections)" '[["Captured stdout call", "before\n"]]' "prun $workers: output"
    is "$(reported out/events.jsonl get test_pass properties)" '[["key", "nan"]]' "prun $workers: properties"
    ok "prun $workers: the failure" grep -q 'assert 1 == 2' out/events.jsonl
    is "$(reported out/events.jsonl fixtures | grep slow)" 'slow module' "prun $workers: a fixture"
done
ok 'no workers: all on main' lacks '"worker":"gw' out/events.jsonl

fresh
cp "$work/suite.py" test_a.py
prun -n 2 --dist each --report-jsonl e
ok 'each: sound' reported e sound
is "$(reported e outcomes)" 'error 4 failed 2 passed 14 skipped 2 xfailed 2 xpassed 2' 'each: outcomes of both'
is "$(grep -c '"attempt":2' e)" 0 'each: nothing ran again'

# ---- as it happens ----

open_ready
export GO=$work/go
mkfifo "$GO"
fresh
put test_wait.py <<'PY'
import os

def test_first(): pass

def test_second():
    with open(os.environ["READY"], "w") as f: f.write("here\n")
    with open(os.environ["GO"]) as f: f.read()

def test_third(): pass
PY
for workers in '' '-n 1'; do
    mkfifo pipe
    exec 4<>pipe
    # shellcheck disable=SC2086
    start bash -c 'exec 5>pipe; exec "$@" --report-jsonl fd:5' - "$PRUN" $workers
    await
    seen=''
    while [ -z "$seen" ] && IFS= read -r -t "$LIMIT" -u 4 line; do
        case $line in *'"event":"test_start"'*test_second*) seen=start ;; esac
        printf '%s\n' "$line"
    done >live
    ok "prun $workers: a reader sees a test that runs" grep -q '"event":"test_start".*test_second' live
    ok "prun $workers: and not its end" lacks '"event":"test_end".*test_second' live
    ok "prun $workers: what it reads are whole lines" reported live lines
    echo >"$GO"
    finish
    is "$rc" 0 "prun $workers: it goes on"
    exec 4<&-
    rm pipe
done

# A reader that goes is no reason to stop.
prun -q -k first --report-jsonl >(head -n 1 >"$work/head")
is "$rc" 0 'a reader that has seen enough'
is "$(summary)" '1 passed, 2 deselected' 'and pytest does not care'

# ---- ends ----

fresh
put test_a.py <<'PY'
import os, signal

def test_crash():
    print("last words")
    os.kill(os.getpid(), signal.SIGKILL)

def test_other(): pass
PY
prun -n 2 --report-jsonl e
is "$(reported e outcomes)" 'failed 1 passed 1' 'a crash is a failure'
ok 'which says how' grep -q '"crash":"worker .* crashed while running .*killed by SIGKILL' e
is "$(reported e get test_crash sections)" '[["Captured stdout call", "last words\n"]]' 'with the last words'
ok 'and the worker went down' grep -q '"event":"worker_down".*"error":"killed by SIGKILL' e

fresh
put test_a.py <<'PY'
import os, time

def test_one(): pass

def test_two():
    with open(os.environ["READY"], "w") as f: f.write("here\n")
    while True: time.sleep(0.01)
PY
for workers in '' '-n 1' '--isolate'; do
    # shellcheck disable=SC2086
    start "$PRUN" $workers --report-jsonl e
    await
    kill -INT "$pid"
    finish
    is "$rc" 2 "prun $workers: interrupted"
    ok "prun $workers: sound" reported e sound
    is "$(reported e outcomes)" 'interrupted 1 passed 1' "prun $workers: and so is the test"
    ok "prun $workers: the end says it" grep -Eq '"event":"run_end".*"exit_status":2,"reason":"KeyboardInterrupt"' e
done

prun -n 2 --report-jsonl e --collect-only
ok 'collecting only' reported e sound
is "$(reported e outcomes)" '' 'runs nothing'
echo 'import nothing_of_that_name' >test_b.py
prun -n 2 --report-jsonl e
is "$rc" 2 'a file that cannot be collected'
ok 'is told' grep -q '"event":"not_collected".*"id":"test_b.py","outcome":"failed".*nothing_of_that_name' e
ok 'and the end' grep -q '"event":"run_end".*"exit_status":2,"reason":"1 error during collection' e

fresh
printf 'def test_%d(): assert 0\n' 1 2 3 4 5 6 >test_a.py
prun -n 1 -x --report-jsonl e
ok '-x: sound' reported e sound
ok '-x: the end says why' grep -q '"exit_status":1,"reason":"stopping after 1 failures"' e

# ---- with what else there is ----

fresh
put test_a.py <<'PY'
import os, time
import prun, pytest

@prun.shared
@pytest.fixture(scope="session")
def server():
    time.sleep(0.002)
    return 1

def test_one(server): assert server
def test_two(server): print("out"); assert 0
def test_dies(server): os.abort()
PY
for how in '' '--isolate'; do
    # shellcheck disable=SC2086
    prun -n 2 $how --report-jsonl e
    ok "shared $how: sound" reported e sound
    is "$(reported e outcomes)" 'failed 2 passed 1' "shared $how: outcomes"
    ok "shared $how: set up once for all" grep -q '"event":"fixture",.*"worker":"main","name":"server","scope":"session"' e
    is "$(grep -c '"event":"fixture"' e)" 1 "shared $how: and told once"
done

# ---- attempts ----

fresh
put test_a.py <<'PY'
import os

def test_dies(): os.abort()
def test_fails(): assert 0
def test_passes(): pass
PY
for how in '-n 1' '-n 1 --isolate' '--isolate' '-n 1 --reruns-fresh'; do
    # shellcheck disable=SC2086
    prun $how --reruns 1 --report-jsonl e
    ok "attempts $how: sound" reported e sound
    is "$(reported e outcomes)" 'failed 2 passed 1 rerun 2' "attempts $how: each is told"
    is "$(grep -oE '"event":"test_(start|end)".*test_a.py::test_(fails|passes)"' e | sed -E 's/"event":"test_([a-z]+)".*_([a-z]+)"/\1 \2/' | xargs)" \
        'start fails end fails start fails end fails start passes end passes' "attempts $how: when it is over"
done

# ---- places ----

bad() { # WHAT SENTENCE ARGUMENTS...
    local what=$1 sentence=$2
    shift 2
    prun "$@"
    is "$rc" 4 "$what: a usage error"
    is "$(grep -c . "$err")" 1 "$what: one sentence"
    ok "$what: it says why" grep -Eq "^ERROR: $sentence" "$err"
    hasnt 'test_a.py' "$what: no test has run"
}
mkdir folder && : >file
bad 'a folder' '--report-jsonl folder: that is no name of a file' -n 2 --report-jsonl folder
bad 'no name' "--report-json '': that is no name of a file" --report-json=
bad 'below a file' '--report-json file/x: cannot make its folder: (Not a directory|File exists)' -n 2 --report-json file/x
bad 'no descriptor' '--report-jsonl fd:77: descriptor 77 is not open for writing' --report-jsonl fd:77
bad 'no number' '--report-jsonl fd:x: fd: wants the number of a descriptor' --report-jsonl fd:x
bad 'twice' '--report-json ./e: --report-jsonl is written there' --report-jsonl e --report-json ./e
bad "pytest's" '--report-json e: --junitxml is written there' --junitxml e --report-json e
bad 'device' '--report-jsonl /dev/null/x: cannot make its folder' --report-jsonl /dev/null/x

# A device that is full
for sort in jsonl json; do
    prun --report-$sort /dev/full test_a.py::test_passes
    is "$rc" 0 "full, --report-$sort: the run is what it would have been"
done
prun --tap /dev/full test_a.py::test_passes
is "$rc $(cat "$err")" '0 prun: report /dev/full: cannot be written: No space left on device' 'full, --tap: it is said once'
run bash -c '"$@" --tap fd:5 5>tap' - "$PRUN" test_a.py::test_passes
is "$(cat tap)" 'TAP version 13
ok 1 - test_a.py::test_passes
1..1' 'a document can go to a descriptor'

prun --report-jsonl e --help
has '^ *--report-jsonl=' '--help has it'
ok 'and writes nothing' grep -q '"event":"run_end"' e

done_testing
