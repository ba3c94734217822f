#!/usr/bin/env bash
# SIGUSR1: what runs now, and where.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
open_ready
export GO=$work/go

put test_wait.py <<'PY'
import itertools
import os
import signal
import threading
import time


def ready():
    with open(os.environ["READY"], "w") as f:
        print(os.getpid(), file=f)


def test_in_python():
    wait_in_python()


def wait_in_python():
    ready()
    while not os.path.exists(os.environ["GO"]):
        time.sleep(0.01)


def test_in_c():
    threading.Thread(target=another_thread, daemon=True).start()
    count_in_c()


def count_in_c():
    next(itertools.dropwhile(goes_on, itertools.count(1)))


def goes_on(n):
    if n == 1000:
        ready()
    return n % 1000 or not os.path.exists(os.environ["GO"])


def another_thread():
    threading.Event().wait()
PY
# shown NAME: the part of the output that is about a test, in $shown.
shown() { shown=$(awk -v name="test_wait.py::$1," '/^(\[gw|=|[.])/ { on = index($0, name) } on' "$out"); }
says() { ok "$2" grep -Eq -e "$1" <<<"$shown"; }

# ask NUMBER: SIGUSR1 to prun, and wait until so many tests are told of.
# shellcheck disable=SC2317 # called by ok
ask() {
    local i
    kill -USR1 "$pid"
    for ((i = 0; i < 600; i++)); do
        [ "$(grep -cE '^  File .* in test_in_|^Its stacks' "$out")" -ge "$1" ] && return
        timeout 0.1 tail -f /dev/null
    done
    return 1
}

for more in '' --xdist-exact; do
    rm -f "$GO"
    # shellcheck disable=SC2086
    start "$PRUN" -n 2 --dist load $more
    await
    await
    ok "it is answered $more" ask 2
    touch "$GO"
    finish
    is "$rc $(summary)" '0 2 passed' "the tests go on $more"
    shown test_in_python
    says 'in wait_in_python' "a test in Python: where it stands $more"
    ok "without pytest's own frames $more" lacks '_pytest|pluggy' <(echo "$shown")
    shown test_in_c
    says 'in count_in_c' "a test in C $more"
    shown=$(cat "$out")
    says 'in another_thread' "and another thread of it $more"
done

# ---- who cannot answer, and who has a use for the signal ----

fresh
put test_wait.py <<'PY'
import os
import signal
import time


def test_in_silence():
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    with open(os.environ["READY"], "w") as f:
        print(os.getpid(), file=f)
    while not os.path.exists(os.environ["GO"]):
        time.sleep(0.01)
PY
rm -f "$GO"
start "$PRUN" -n 1
await
ok 'all signals blocked' ask 1
touch "$GO"
finish
is "$rc $(summary)" '0 1 passed' 'the test goes on'
has '^\[gw0\] test_wait.py::test_in_silence, [0-9.]+ s$' 'what runs is told'
has '^Its stacks are not known' 'and that the rest is not known'

put conftest.py <<'PY'
import os
import signal

MASTER = os.getpid()


def mine(*_):
    open(os.environ["GO"], "w").close()


signal.signal(signal.SIGUSR1, mine)
PY
rm -f "$GO"
start "$PRUN" -n 1
await
kill -USR1 "$pid"
finish
is "$rc $(summary)" '0 1 passed' "a conftest's own handler is left alone"
hasnt '^\[gw0\] test_wait' 'and nothing is told'

done_testing
