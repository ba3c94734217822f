#!/usr/bin/env bash
# The line on a terminal that says how far a run is and what it runs; and what is said where there is none.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
export TERM=xterm GO=$work/go

for name in a b c; do
    put "folder/test_$name.py" <<PY
import os
import time

import pytest


@pytest.mark.parametrize("n", range(10))
def test_short(n):
    assert n != 5 or "$name" != "a"


def test_waits_for_a_long_time_$name():
    while not os.path.exists(os.environ["GO"]):
        time.sleep(0.01)
PY
done

# on SIZE STEP... -- ARGUMENTS...: prun on a terminal; its rows in $out, what came from it in $work/raw.
on() {
    rm -f "$GO"
    run "$PRUN_TEST_PYTHON" "$T/tools/terminal.py" "$1" "$work/raw" "${@:2:$#}"
}
# The line, when all wait.
line='^30/33, 1 failed, [0-9]:[0-9]{2} \| '
some='[0-9]+s ([a-z/]*test_[abc].py::)?test_waits_for'

on 200x24 "see $line" show "touch $GO" -- "$PRUN" -n 3 --dist loadfile
is "$rc $(summary)" '1 1 failed, 32 passed' 'a run on a terminal'
has "$line$some.*, $some.*, $some" 'the line, 200 columns wide, names everything that runs'
is "$(grep -c '|' "$out")" 1 'and is gone in the end'
on 200x24 "see F" "touch $GO" -- "$PRUN" -n 3 --dist loadfile --live=no
cp "$out" "$work/without"
hasnt '\|' '--live=no: none'

# What is left on the terminal, but for who was first.
rows() { sed -E 's/\x1b\[[0-9;]*m//g; s/ in [0-9.]+s//; s/^(.*)gw[0-9]/\1gwN/; s/^[.F]+/./; s/=+/=/g' "$1"; }
on 200x24 "see $line" "touch $GO" -- "$PRUN" -n 3 --dist loadfile
ok 'nothing of it is left, and nothing else is lost' diff <(rows "$out") <(rows "$work/without")
on 80x24 "see $line" show "touch $GO" -- "$PRUN" -n 3 --dist loadfile
has "${line}[0-9]+s test_waits_for_a_long_time_[abc] \+2\$" '80 columns: it is fitted'
on 80x24 "see $line.*\+2" "size 200x24" "see $line$some.*, $some.*, $some" "size 50x24" "see $line.{2,24}\+2\$" "touch $GO" -- "$PRUN" -n 3 --dist loadfile
is "$rc" 1 'it follows the size of the terminal'
on 80x6 "see $line" "touch $GO" -- "$PRUN" -n 3 --dist loadfile -v
is "$(grep -cE '^\[gw[0-9]\] \[ *[0-9]+%\] (PASSED|FAILED) folder/test_[abc].py::test_' "$out")" 33 '-v on a terminal that scrolls: every test has its row'
hasnt '\|' 'of which none is torn'

LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 on 40x24 "see \?.*\+2\$" "touch $GO" -- "$PRUN" -n 3 --dist loadfile
is "$rc" 1 'a terminal that knows ASCII only'

# ---- colours ----

# shellcheck disable=SC2317 # called by ok
has_code() { grep -q "$(printf '\033')\\[$1" "$work/raw"; }
on 80x24 "see $line" "touch $GO" -- "$PRUN" -n 3 --dist loadfile
ok 'failures are red' grep -q "$(printf '\033')\\[31m.*1 failed.*|" "$work/raw"
on 80x24 "see $line" "touch $GO" -- "$PRUN" -n 3 --dist loadfile --color=no
ok '--color=no: no colours' eval '! has_code "[0-9;]*m"'
NO_COLOR=1 on 80x24 "see $line" "touch $GO" -- "$PRUN" -n 3 --dist loadfile
ok 'NO_COLOR likewise' eval '! has_code "[0-9;]*m"'

# ---- where there is none ----

none() {
    local what=$1
    shift
    touch "$GO"
    run "$PRUN_TEST_PYTHON" "$T/tools/terminal.py" 80x24 "$work/raw" -- "$@"
    ok "$what: no line" eval '! has_code J'
}
put test_slow.py <<'PY'
import time


def test_slow():
    time.sleep(1)
PY
none '-qq' "$PRUN" -n 2 -qq
TERM=dumb none 'TERM=dumb' "$PRUN" -n 2
none '--live=no' "$PRUN" -n 2 --live=no
none 'no terminal reporter' "$PRUN" -n 2 -p no:terminal
none 'no workers' "$PRUN"
prun -n 2
hasnt "$(printf '\033')" 'not a terminal: no line'
prun -n 2 --live=yes
ok '--live=yes: where it is asked for' grep -q "$(printf '\033\\[J')" "$out"
has '1 failed, 33 passed' 'and all else is there'

# ---- who else writes ----

fresh
put conftest.py <<'PY'
import sys


def pytest_runtest_logreport(report):
    if report.when == "call" and not hasattr(sys, "in_worker"):
        print(f"printed by a conftest\nof {report.nodeid}")
        print("and on standard error", file=sys.stderr)


def pytest_configure_node(node):
    pass
PY
put test_talk.py <<'PY'
import os
import time


def wait():
    while not os.path.exists(os.environ["GO"]):
        time.sleep(0.01)


def test_stops_itself():
    wait()
    os.kill(os.getpid(), 19)
    print("a row")
    os.remove(os.environ["GO"])


def test_talks():
    print("half a row, ", end="", flush=True)
    wait()
    print("and the rest", flush=True)
PY
on 80x24 'see ^0/2, .*stops' "touch $GO" 'see ^1/2, .*talks' 'see half' "touch $GO" -- "$PRUN" -n 1 -s
is "$rc $(summary)" '0 2 passed' 'who else writes to the terminal'
for row in '^\[gw0\] half a row,$' '^\[gw0\] and the rest$' '^[.]?printed by a conftest$' '^of test_talk.py::test_talks$' '^and on standard error$' \
    '^prun: warning: gw[01] was stopped by SIGSTOP; sent SIGCONT$' '^\[gw0\] a row$'; do
    has "$row" "whole: $row"
done
hasnt '\|' 'no rest of the line'

# ---- interrupted, suspended ----

fresh
put test_wait.py <<'PY'
import time


def test_wait():
    time.sleep(60)
PY
on 80x24 'see ^0/1, .*test_wait' 'signal INT' -- "$PRUN" -n 1
is "$rc" 2 'an interrupt'
has '^!+ KeyboardInterrupt !+$' 'is told as ever'
hasnt '\|' 'without the line'
on 80x24 'see ^0/1, .*test_wait' 'signal TSTP' 'gone test_wait' stopped 'signal CONT' 'see ^0/1, .*test_wait' 'signal INT' -- \
    "$PRUN" -n 1
is "$rc" 2 'Ctrl-Z: the line goes, and comes again'

# ---- what remains ----

put test_wait.py <<'PY'
import os
import time


def test_first():
    time.sleep(3)


def test_wait():
    while not os.path.exists(os.environ["GO"]):
        time.sleep(0.01)
PY
touch "$GO"
prun -n 1
on 80x24 'see ^[01]/2, 0:0[0-9], 0:0[0-9] left \| ' "touch $GO" -- "$PRUN" -n 1
is "$rc" 0 'the time that is left, by what tests took before'
on 80x24 'see ^0/4, 0:0[0-9] \| ' "touch $GO" -- "$PRUN" -n 2 --dist each
is "$rc" 0 '--dist each: every worker counts'
on 80x24 'see ^0/2, .*test_first' "touch $GO" -- "$PRUN" -n 2 --xdist-exact
is "$rc $(summary)" '0 2 passed' '--xdist-exact'

# ---- still running ----

fresh
put test_slow.py <<'PY'
import os


def test_slow():
    while not os.path.exists(os.environ["GO"]):
        pass
PY
rm -f "$GO"
start "$PRUN" -n 2 --slow-after 0.3
# The third time is after 1.2 s.
for ((i = 0; i < 600; i++)); do
    [ "$(grep -c 'still running' "$out")" -ge 3 ] && break
    timeout 0.1 tail -f /dev/null
done
touch "$GO"
finish
is "$rc $(summary)" '0 1 passed' '--slow-after'
has '^\[gw0\] still running after [0-9]+ s: test_slow.py::test_slow$' 'says what still runs'
prun -n 2 --slow-after 0
hasnt 'still running' '--slow-after 0: never'
prun -n 2 --slow-after soon
is "$rc" 4 'not a number'
prun -n 2 --live maybe
is "$rc" 4 'no such choice'

done_testing
