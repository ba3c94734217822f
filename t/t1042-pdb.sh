#!/usr/bin/env bash
# Debuggers in workers: --pdb, --trace and breakpoint() with the terminal, and without one.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
open_ready

put test_debug.py <<'PY'
import os
import time

import pytest


def ready(word):
    with open(os.environ["READY"], "w") as f:
        print(word, file=f)


def test_break():
    x = 42
    breakpoint()
    print("printed")
    assert x == 42


def test_other():
    while not os.path.exists(os.environ["GO"]):
        time.sleep(0.01)
    ready("other")


@pytest.fixture
def late():
    yield 5
    y = 7
    breakpoint()
    assert y == 7


def test_late(late):
    pass


@pytest.mark.parametrize("n", [10, 20])
def test_fails(n):
    print("said", n)
    assert n == 30


def test_lines():
    z = 1
    z = 2
    z = 3
    assert z == 3
PY

export GO=$work/go
: >"$GO"

# ---- without a terminal ----

for option in --pdb --trace; do
    prun -n 2 -q $option
    is "$rc $(cat "$err")" "4 ERROR: $option needs a terminal, which standard input is not; with -n0 it does without" \
        "$option without a terminal is a usage error"
done
prun -n 2 -k 'break or other'
is "$rc $(summary)" '1 1 failed, 1 passed, 4 deselected' 'breakpoint() without a terminal: that test has failed'
has '^E +Failed: a debugger was called in worker gw[01], and there is no terminal: ' 'and says why'
has '^> +breakpoint\(\)' 'and where'
await

command -v tmux >/dev/null || {
    skip 'there is no tmux (Debian: tmux)' 'with a terminal'
    done_testing
    exit
}

# ---- with one ----

tmux() { command tmux -S "$work/tmux" -f /dev/null "$@"; }
trap 'tmux kill-server 2>/dev/null; cleanup' EXIT

tmux new-session -d -s keeper -x 100 -y 50 cat # or the server would end with the first debugger's session

screen() { tmux capture-pane -pJ -S - -t prun; }

# see PATTERN [NUMBER]: wait until the screen has a line that matches, or so many.
see() {
    local i
    for ((i = 0; i < 50 * LIMIT; i++)); do
        screen >"$out" || return
        [ "$(grep -Ec -e "$1" "$out")" -ge "${2:-1}" ] && return
        timeout 0.02 tail -f /dev/null
    done
    return 1
}

# answer TEXT: type it, with Enter.
answer() { tmux send-keys -t prun -l "$1" && tmux send-keys -t prun Enter; }

# debug ARGUMENTS...: prun in a terminal of its own, until a debugger waits for an answer.
debug() { in_terminal "$@" && see '^\(Pdb\)'; }

in_terminal() {
    tmux kill-session -t prun 2>/dev/null
    tmux new-session -d -s prun -x 100 -y 50 "'$PRUN' -p no:cacheprovider $*; echo \"rc=\$?\"; exec cat"
}

rm "$GO"
debug -n 2 --dist load -v -k "'break or other'"
ok 'breakpoint(): a debugger in the terminal' see '^\[gw[01]\] test_debug.py::test_break \(call\)$'
answer 'p x + 1'
ok 'which is in the test' see '^43$'
: >"$GO"
await
is "$line" other 'another worker goes on'
hasnt 'PASSED' 'but nothing is said of it meanwhile'
answer 'p "still" + " here"'
ok 'the debugger waits' see "^'still here'"
answer c
ok 'the run goes on' see '^rc=0'
has 'PASSED.* test_debug.py::test_other' 'what was kept is shown'
has '^=+ 2 passed, 4 deselected' 'all have passed'

debug -n 2 --dist load --pdb -k fails
ok '--pdb: the failure, then the debugger' see '^E +assert (10|20) == 30'
has '^said (10|20)$' 'and what the test printed'
is "$(grep -c 'entering PDB' "$out")" 1 'one at a time'
answer 'p n + 1'
ok 'in the test that failed' see '^(11|21)$'
answer c
ok 'then that of the other worker' see 'PDB post_mortem' 2
answer c
ok 'the run goes on' see '^rc=1'
has '^=+ 2 failed, 4 deselected' 'both have failed'
is "$(grep -c '^E  *assert' "$out")" 2 'and are not shown again'

debug -n 2 --isolate --pdb -k fails
ok '--isolate --pdb: the failure, then the debugger' see '^E +assert (10|20) == 30'
is "$(grep -c 'entering PDB' "$out")" 1 'one at a time'
answer 'p n + 1'
ok 'in the process of the test that failed' see '^(11|21)$'
tmux send-keys -t prun C-c
answer 'p n + 2'
ok 'an interrupt is the debugger'"'"'s' see '^(12|22)$'
answer c
ok 'then that of the other one' see 'PDB post_mortem' 2
answer 'import os; os._exit(3)'
ok 'a process that ends there' see '^rc=1'
has '^the process of .* crashed: exited with status 3' 'is a crash of that test'
has '^=+ 2 failed, 4 deselected' 'and the run goes on'

debug -n 2 --pdb -k fails
answer q
see '^\(Pdb\) q' && answer q
ok 'q ends the run' see '^rc=2'
has '^!+ Interrupted: Quitting debugger !+$' 'and says so'

debug -n 2 -s -k late
answer 'p y + 1'
ok 'in the teardown of a fixture, with -s' see '^8$'
answer 'import os; os._exit(3)'
ok 'a worker that dies there' see '^rc=1'
has "worker 'gw0' crashed while running 'test_debug.py::test_late': exited with status 3" 'is a crash'
answer 'typed'
ok 'and the terminal is as it was' see typed 2

debug -n 1 -k break
tmux send-keys -t prun C-c
ok 'Ctrl-C is for the debugger' see 'KeyboardInterrupt'
tmux send-keys -t prun C-z
answer 'p x + 2'
ok 'and Ctrl-Z does nothing' see '^44$'
answer c
ok 'the run goes on' see '^rc=0'

debug -n 1 --timeout 3 -k break
answer '__import__("time").sleep(4)'
answer 'p x + 4'
ok 'however long it takes' see '^46$'
answer c
ok 'no limit is exceeded' see '^rc=0'

debug -n 1 --trace -k lines
answer 'b 46'
ok '--trace: in the first line of the test' see 'Breakpoint 1 at .*:46'
answer c
ok 'a breakpoint of the debugger' see '^-> z = 3'
answer 'p z + 40'
ok 'gets the terminal again' see '^42$'
answer c
ok 'the run goes on' see '^rc=0'

debug -n 1 --xdist-exact --pdb -k 10
answer 'p n + 5'
ok '--xdist-exact' see '^15$'
answer c
ok 'too' see '^rc=1'

put bad/test_bad.py <<<'import no_such_module'
in_terminal -n 1 --xdist-exact --pdb bad
ok 'but not while workers collect' see '^rc=2'
has '^ERROR bad/test_bad.py' 'an error there is reported'
rm -r bad

debug -n 1 --capture=sys -k break
answer 'p x + 3'
ok '--capture=sys' see '^45$'
answer c
ok 'too' see '^rc=0'

debug -n auto --pdb -k 10
has '^collected' '-n auto --pdb'
hasnt 'workers? \[' 'runs without workers, as with xdist'
tmux kill-server

done_testing
