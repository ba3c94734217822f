#!/usr/bin/env bash
# Ctrl-Z: prun and its workers stop, and go on together.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
open_ready

put test_wait.py <<'PY'
import os
import time

import pytest


@pytest.mark.parametrize("n", range(2))
def test_wait(n):
    with open(os.environ["READY"], "w") as f:
        print(os.getpid(), file=f)
    while not os.path.exists(os.environ["GO"]):
        time.sleep(0.01)
PY
export GO=$work/go

# shellcheck disable=SC2317 # called by ok
# state PID WANTED: wait until the process has this state.
state() {
    local i
    for ((i = 0; i < 1000; i++)); do
        [ "$(ps -o state= -p "$1")" = "$2" ] && return
        timeout 0.02 tail -f /dev/null
    done
    ps -o pid,state,args -p "$1"
    return 1
}

start "$PRUN" -n 2
await && first=$line
await && second=$line
kill -TSTP "$pid"
ok 'prun stops' state "$pid" T
ok 'and its workers' state "$first" T
ok 'both' state "$second" T
touch "$GO"
kill -CONT "$pid"
finish
is "$rc $(summary)" '0 2 passed' 'and they go on together'
is "$(cat "$err")" '' 'without a word'
ok 'nobody is left' none_left

done_testing
