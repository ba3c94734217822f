#!/usr/bin/env bash
# Faults of the machine: readers that go away or are slow, a terminal that hangs up, full disks, few descriptors, signals.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
open_ready

# ---- who reads our output ----

put test_many.py <<'PY'
import os

import pytest


@pytest.mark.parametrize("n", range(3000))
def test_many(n):
    pass


def test_last():
    with open(os.environ["READY"], "w") as f:
        print("last", file=f)
PY
run bash -c "'$PRUN' -n 2 -v 2>&1 | head -n 1; exit \${PIPESTATUS[0]}"
got=$rc
run bash -c "'$PRUN_TEST_PYTHON' -m pytest -v 2>&1 | head -n 1; exit \${PIPESTATUS[0]}"
is "$got" "$rc" 'prun | head: the status of pytest'
run bash -c "'$PRUN' -n 2 -v 2>&1 | head -n 1"
is "$rc $(wc -l <"$out")" '0 1' 'prun | head: ends, with one line'
ok 'and leaves nobody' drained
run bash -c "'$PRUN' -n 2 -v >&-"
ok 'standard output closed: ends' test "$rc" != hung
ok 'and leaves nobody' drained
run bash -c "'$PRUN' -n 2 -v >&- 2>&- <&-"
ok 'all three closed: ends' test "$rc" != hung
ok 'and leaves nobody' drained
while read -r -t 0.01 -u 3; do :; done
run bash -c "'$PRUN' -n 2 --dist each -v | { read -r <'$READY'; cat; }"
is "$rc $(summary)" '0 6002 passed' 'a reader that reads nothing until the last test has run gets all'

# ---- a terminal ----

while read -r -t 0.01 -u 3; do :; done

fresh
put test_wait.py <<'PY'
import os
import signal

import pytest


@pytest.mark.parametrize("n", range(2))
def test_wait(n):
    with open(os.environ["READY"], "w") as f:
        print(os.getpid(), file=f)
    signal.pause()


def test_deaf():
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
    test_wait(0)
PY
run "$PRUN_TEST_PYTHON" "$T/tools/hangup.py" "$READY" 2 "$PRUN" -n 2 -k wait
is "$rc $(cat "$out")" '0 signal 1, 0 left' 'a terminal that hangs up ends prun and its workers'
run "$PRUN_TEST_PYTHON" "$T/tools/hangup.py" "$READY" 1 "$PRUN" -n 1 -k deaf
is "$rc $(cat "$out")" '0 signal 1, 0 left' 'and one that blocks all signals'

# ---- the master is killed: how soon have its workers ended? ----

cat >"$work/kill.py" <<'PY'
import os
import select
import signal
import sys

with open(sys.argv[1]) as f:
    workers = [os.pidfd_open(int(f.readline())) for _ in range(2)]
os.kill(int(sys.argv[2]), signal.SIGKILL)
for fd in workers:
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    if not poll.poll(1000):
        sys.exit("a worker lives on")
PY
start "$PRUN" -n 2 -k 'wait or deaf'
ok 'SIGKILL of the master: the workers have ended within a second' "$PRUN_TEST_PYTHON" "$work/kill.py" "$READY" "$pid"
finish
is "$rc" 137 'and it itself'

# ---- descriptors ----

fresh
put test_some.py <<'PY'
import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("n", range(20))
def test_some(n, tmp_path):
    (tmp_path / "x").write_text("x")


def test_inherited():
    """A child has nothing of prun's, even if it is given all that may be inherited."""
    listing = "import os; print(*(os.readlink(f'/proc/self/fd/{fd}') for fd in os.listdir('/proc/self/fd') if int(fd) > 2))"
    found = subprocess.run([sys.executable, "-c", listing], close_fds=False, capture_output=True, text=True)
    # The folder that it lists is closed by then.
    assert found.stdout.split() in ([], [f"/proc/{os.getpid()}/fd"]) or "No such file" in found.stderr
PY
prun -n 2
is "$rc $(summary)" '0 21 passed' 'children of tests inherit no descriptor of prun'
for limit in 16 24 32 48 64; do
    run bash -c "ulimit -n $limit; exec '$PRUN' -n 4 -k 'not inherited'"
    if [ "$rc" = 0 ]; then
        is "$(summary | grep -o '20 passed')" '20 passed' "ulimit -n $limit: all have run"
    else
        ok "ulimit -n $limit: a sentence says that it is too low" grep -Eq 'open files|Too many open|os error 24|Errno 24' "$out" "$err"
    fi
    ok 'and nobody is left' drained
done
run bash -c "ulimit -n 32; exec '$PRUN' -n 2 -k 'not inherited'"
is "$rc $(summary | grep -o '20 passed')" '0 20 passed' 'ulimit -n 32 is enough for two workers'

# ---- disks ----

fresh
put test_some.py <<'PY'
import pytest


@pytest.mark.parametrize("n", range(10))
def test_some(n):
    print(n)
    assert n != 3


def test_folder(tmp_path):
    (tmp_path / "x").write_text("x" * 10_000_000)
PY
touch .pytest_cache
prun -n 2
is "$rc $(summary | sed 's/, [0-9]* warn.*//')" '1 1 failed, 10 passed' 'a cache that cannot be written harms nothing'
has 'PytestCacheWarning: could not create cache path' 'but is told, as by pytest'
# A disk of a megabyte, where the machine lets us have one.
small="mount -t tmpfs -o size=1m none '$TMPDIR' && exec"
if unshare -rm bash -c "mount -t tmpfs -o size=1m none '$TMPDIR'" 2>/dev/null; then
    run unshare -rm bash -c "$small '$PRUN' -n 2 -p no:cacheprovider"
    is "$rc $(summary)" '1 2 failed, 9 passed' 'a full disk for temporary files fails the test that fills it'
    has 'No space left on device' 'with the reason'
else
    skip 'no mount' 'a full disk for temporary files'
fi
run bash -c "ulimit -f 0; trap '' XFSZ; exec '$PRUN_TEST_PYTHON' -m pytest -p no:cacheprovider"
want=$rc
run bash -c "ulimit -f 0; trap '' XFSZ; exec '$PRUN' -n 2 -p no:cacheprovider"
is "$rc" "$want" 'no file may grow: the status of pytest'
ok 'and nobody is left' drained

# ---- signals and clocks ----

fresh
put conftest.py <<'PY'
import signal

signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
PY
put test_some.py <<'PY'
import sys

import pytest


@pytest.mark.parametrize("n", range(300))
def test_some(n):
    print("x" * 20000)
    sys.stderr.write("y" * 20000)
    assert n % 50
PY
prun -n 2 -s
is "$rc $(summary)" '1 6 failed, 294 passed' 'a timer that interrupts every call of the master'
# Not so in the workers: there Python's own print() loses text when it is interrupted.
is "$(tr -d -c x <"$out" | wc -c)" $((300 * 20000 + $(grep -v xxxx "$out" | tr -d -c x | wc -c))) 'and nothing of what is printed is lost'

done_testing
