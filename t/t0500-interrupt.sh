#!/usr/bin/env bash
# Ctrl-C once, Ctrl-C twice, SIGTERM, SIGHUP, and the death of the master.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
open_ready
use stop

# begin TEST ARGUMENTS...: prun -n 2, until both workers are in a test called TEST.
begin() {
    local name=$1
    shift
    : >"$EVENTS"
    start "$PRUN" -n 2 -k "$name" -rA "$@"
    await
    await
}

# balanced: each fixture that was set up was torn down once.
# shellcheck disable=SC2317 # called through ok
balanced() { diff <(sed -n 's/^up //p' "$EVENTS" | sort) <(sed -n 's/^down //p' "$EVENTS" | sort); }
leftover() { find "$TMPDIR" -mindepth 1 -not -path '*/pytest-of-*' | grep .; }
clean() {
    ok "$1: no process left" drained
    is "$(leftover)" '' "$1: no temporary file left"
}

# ---- once ----

begin test_wait
kill -INT "$pid"
finish
is "$rc" 2 'Ctrl-C: exit status 2'
ok 'Ctrl-C: every fixture torn down once' balanced
is "$(grep -c '^up session' "$EVENTS")" 2 'Ctrl-C: there were two workers'
is "$(grep -c '^test' "$EVENTS")" 2 'Ctrl-C: nothing else started'
has '^!+ KeyboardInterrupt !+$' 'Ctrl-C: pytest says KeyboardInterrupt'
has '^=+ .*in [0-9.]+s' 'Ctrl-C: and prints its summary'
ok 'Ctrl-C: no traceback of prun itself' lacks 'INTERNALERROR|Traceback' "$out"
clean 'Ctrl-C'

begin test_child
kill -INT "$pid"
finish
is "$rc" 2 'Ctrl-C in a test that waits for a child: exit status 2'
ok 'and fixtures are torn down' balanced
kill_session # the children are the tests' own business

begin test_swallow
kill -INT "$pid"
finish
is "$rc" 2 'Ctrl-C swallowed by the tests: exit status 2'
is "$(grep -c '^swallowed' "$EVENTS")" 2 'they went on to their ends'
is "$(grep -c '^test' "$EVENTS")" 2 'and nothing else started'
has '^PASSED test_wait.py::test_swallow' 'what they reported is reported'
ok 'and fixtures are torn down' balanced

# A terminal sends the interrupt to the whole foreground group.
begin test_wait
kill -INT -- -"$pid"
finish
is "$rc" 2 'Ctrl-C to the group: exit status 2'
ok 'and fixtures are torn down' balanced
clean 'Ctrl-C to the group'

# ---- twice ----

begin test_stubborn
kill -INT "$pid"
await
await
kill -INT "$pid"
finish
is "$rc" 2 'Ctrl-C twice: exit status 2'
has '^=+ .*in [0-9.]+s' 'Ctrl-C twice: still a summary'
clean 'Ctrl-C twice'

# ---- SIGTERM, SIGHUP ----

for sig in TERM HUP; do
    begin test_stubborn
    kill -$sig "$pid"
    finish
    is "$rc" $((128 + $(kill -l $sig))) "SIG$sig: prun dies of it"
    hasnt 'FAILED|crashed' "SIG$sig: what it broke off has not failed"
    clean "SIG$sig"
done

# ---- the master dies ----

for name in test_wait test_stubborn; do
    begin $name
    kill -KILL "$pid"
    finish
    is "$rc" 137 "SIGKILL of the master in $name"
    ok "workers end too: $name" drained
done

# ---- ignored, as under nohup ----

: >"$EVENTS"
start env --ignore-signal=HUP "$PRUN" -n 2 -k test_swallow
await
await
kill -HUP "$pid"
kill -INT "$pid"
finish
is "$rc" 2 'an ignored SIGHUP stays ignored'

# ---- during collection ----

fresh
put test_slow.py <<'PY'
import os
import time

with open(os.environ["READY"], "w") as f:
    f.write("collecting\n")
while True:
    time.sleep(0.01)
PY
start "$PRUN" -n 2
await
kill -INT "$pid"
finish
is "$rc" 2 'Ctrl-C while collecting: exit status 2'
ok 'no process left' drained


# ---- before and after the tests: as in one process ----

fresh
put conftest.py <<'PY'
import os
import signal


def pytest_terminal_summary():
    os.kill(os.getpid(), signal.SIGINT)
PY
put test_one.py <<'PY'
def test_one():
    pass
PY
pytest
want=$rc
prun
is "$rc" "$want" 'Ctrl-C in the summary: the status of pytest'
prun -n 2
is "$rc" "$want" 'with workers too'

done_testing
