#!/usr/bin/env bash
# Run by make -j, prun has no more workers than make has slots, and gives each slot back.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
unset MAKEFLAGS MAKELEVEL MFLAGS

# Each test counts itself among those that run; nobody ends before WIDE have run at once.
put conftest.py <<'PY'
import fcntl
import os
import time

import pytest

COUNT = os.environ["COUNT"]


def count(by):
    with open(os.path.join(COUNT, "now"), "a+") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        f.seek(0)
        now = int(f.read() or 0) + by
        f.truncate(0)
        f.write(str(now))
        with open(os.path.join(COUNT, "all"), "a") as all_:
            all_.write(f"{now}\n")
    if now >= int(os.environ["WIDE"]):
        open(os.path.join(COUNT, "wide"), "w").close()


@pytest.fixture(autouse=True)
def counted():
    count(1)
    while not os.path.exists(os.path.join(COUNT, "wide")):
        time.sleep(0.005)
    yield
    count(-1)
PY
put test_many.py <<'PY'
import pytest


@pytest.mark.parametrize("n", range(40))
def test_one(n):
    pass
PY
put crash/test_crash.py <<'PY'
import os
import signal

import pytest


@pytest.mark.parametrize("n", range(12))
def test_one(n):
    if n % 4 == 1:
        os.kill(os.getpid(), signal.SIGKILL)
PY
put interrupt/test_interrupt.py <<'PY'
import os
import signal

import pytest


@pytest.mark.parametrize("n", range(12))
def test_one(n):
    if n == 5:
        os.kill(os.getppid(), signal.SIGINT)
PY
put Makefile <<'MAKE'
three: a b c
a b c:
	+@$(PRUN) -n auto -p no:cacheprovider $(OPTIONS) test_many.py
crash:
	+@-$(PRUN) -n auto -p no:cacheprovider crash; echo "status $$?"
interrupt:
	+@-$(PRUN) -n auto -p no:cacheprovider interrupt; echo "status $$?"
alone:
	@$(PRUN) -n auto -p no:cacheprovider test_many.py
two:
	+@$(PRUN) -n 2 -p no:cacheprovider test_many.py
.PHONY: three a b c crash interrupt alone two
MAKE
export PRUN

# slots WIDE ARGUMENT...: run make, where a test waits until WIDE run at once.
slots() {
    export WIDE=$1 COUNT=$work/count
    shift
    rm -rf "$COUNT" && mkdir "$COUNT"
    run make --no-print-directory "$@"
}
most() { sort -n "$COUNT/all" | tail -n 1; }

# GNU make counts its slots when it ends.
returned() {
    ok "$1: all slots are back" lacks 'INTERNAL|jobserver tokens' "$out"
    ok "$1: and make says nothing of them" lacks 'INTERNAL|jobserver' "$err"
}

for mode in duration load worksteal; do
    slots 4 -j4 three OPTIONS="--dist $mode"
    is "$rc" 0 "three recipes at once, $mode"
    is "$(grep -c '40 passed' "$out")" 3 "$mode: each ran all of its tests"
    is "$(most)" 4 "$mode: four tests at a time, never more"
    returned "$mode"
done

slots 2 -j2 three OPTIONS=--xdist-exact
is "$rc $(most)" '0 2' 'workers that collect for themselves: two at a time, never more'
returned '--xdist-exact'

slots 1 -j3 crash
has 'status 1' 'tests that kill their workers'
has '3 failed, 9 passed' 'each costs itself'
returned 'SIGKILL of workers'

slots 1 -j4 interrupt
has 'status 2' 'Ctrl-C'
returned 'Ctrl-C'

slots 2 -j8 two
is "$rc $(most)" '0 2' '-n 2 is at most two, however many slots there are'
returned '-n 2'

slots 1 -j4 alone
if make --jobserver-style=fifo --version >/dev/null 2>&1; then # from 4.4 on, where each line can open it
    has '^up to 4 workers' 'a line without + shares the slots, which have a name'
else
    has 'job slots are out of reach: begin the recipe.s line with \+' 'a line without + is told of'
fi
is "$rc" 0 'and runs'

slots 1 three OPTIONS=
is "$rc" 0 'make without -j has no slots'
hasnt 'up to|job slots' 'and nothing is said'

# A named pipe, as make 4.4 has it: what was taken is there again.
mkfifo "$work/fifo"
exec 7<>"$work/fifo"
printf 'xyz' >&7
export WIDE=3 COUNT=$work/count
rm -rf "$COUNT" && mkdir "$COUNT"
MAKEFLAGS=" -j3 --jobserver-auth=fifo:$work/fifo" run "$PRUN" -n auto -p no:cacheprovider test_many.py
is "$rc $(most)" '0 3' 'a named pipe'
has 'up to 3 workers \[40 items\]' 'what may be granted is told'
read -rn 3 -t 5 -u 7 back
is "$(printf %s "$back" | fold -w 1 | sort | tr -d '\n')" xyz 'each slot is there again'
exec 7>&-

done_testing
