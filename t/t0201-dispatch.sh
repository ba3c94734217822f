#!/usr/bin/env bash
# Who runs what while one worker is held up: refills, --maxschedchunk, stealing.  Tests wait for each other, not for time.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
export PYTHONPATH=$T/tools

export GATE=$work/gate

# The first test of all runs until $WAIT others have run.
put test_held.py <<'PY'
import os

import pytest


@pytest.mark.parametrize("n", range(40))
def test_held(n):
    if n == 0:
        with open(os.environ["GATE"]) as f:
            for _ in range(int(os.environ["WAIT"])):
                f.readline()
    else:
        with open(os.environ["GATE"], "w") as f:
            f.write("done\n")
PY

# held WAIT ARGUMENTS...
held() {
    local wait=$1
    shift
    rm -f "$EVENTS" "$GATE"
    mkfifo "$GATE"
    exec 4<>"$GATE"
    run env WAIT="$wait" "$PRUN" -p events "$@"
    is "$rc $(summary)" '0 40 passed' "$*: all run while one is held up"
    ok "$*: each once, with true successors" tool placement nextitem "$EVENTS"
    ok "$*: each once" tool placement once "$EVENTS"
}
count() { tool placement tests "$EVENTS" "$1" | wc -l; }

# 40 / 2 / 4 = 5 are handed out at first, and the rest to who asks for more.
held 35 -n 2 --dist load
is "$(count gw0) $(count gw1)" '5 35' 'load: the other worker takes all that was not handed out'
held 38 -n 2 --dist load --maxschedchunk 1
is "$(count gw0) $(count gw1)" '2 38' '--maxschedchunk 1: no more than the running test and the next'
held 38 -n 2 -d --maxschedchunk=2
is "$(count gw0) $(count gw1)" '2 38' '-d --maxschedchunk=2'
# The next test cannot be stolen: fixtures are being kept for it.
held 38 -n 2 --dist worksteal
is "$(count gw0) $(count gw1)" '2 38' 'worksteal: all are stolen but the next'
held 38 -n 2 --dist loadgroup
is "$(count gw0) $(count gw1)" '2 38' 'loadgroup: an unmarked test is its own unit'

# ---- few tests ----

fresh
put test_few.py <<'PY'
def test_a():
    pass


def test_b():
    pass


def test_c():
    pass
PY
rm -f "$EVENTS"
run "$PRUN" -n 2 -p events
is "$(tool placement tests "$EVENTS" gw0 | paste -sd ' ')" 'test_few.py::test_a test_few.py::test_c' \
    'fewer than two tests a worker: in turn'
rm -f "$EVENTS"
run "$PRUN" -n 8 --dist worksteal -p events
has '^3 workers' 'eight workers for three tests: three'
run "$PRUN" -n 8 test_few.py::test_b
has '^1 worker \[1 item\]' 'one test: one worker'

done_testing
