#!/usr/bin/env bash
# Limits of time that the master enforces, whatever a test does.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

# report NAME: the part of the output that is about a failed test, in $report.
report() { report=$(sed -nE "/^_+ $1 _+\$/,/^(_+ .* _+|=+ .* =+)\$/p" "$out"); }
says() { ok "$2" grep -Eq -e "$1" <<<"$report"; }
says_not() { ok "$2" lacks "$1" <(echo "$report"); }

# ---- endless loops ----

put test_hang.py <<'PY'
import itertools
import signal
import threading
import time

import pytest


def for_ever():
    sum(itertools.repeat(0))  # in C, without a look at anything


def test_deaf():
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    for_ever()


def test_in_c():
    print("printed before the loop")
    for_ever()


def test_obstinate():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        time.sleep(60)


def test_threads():
    threading.Thread(target=another_thread, daemon=True).start()
    for_ever()


def another_thread():
    time.sleep(60)


@pytest.mark.parametrize("n", range(20))
def test_short(n):
    pass
PY
hung='test_hang.py::test_deaf test_hang.py::test_in_c test_hang.py::test_obstinate test_hang.py::test_threads'

prun -n 2 --timeout 0.5 --timeout-grace 0.3 -rA --junitxml="$work/junit.xml"
is "$rc $(summary)" '1 4 failed, 20 passed' 'four tests exceed their timeout, the others run'
is "$(grep -E '^FAILED ' "$out" | sed -E 's/^FAILED ([^ ]*).*/\1/' | sort | xargs)" "$hung" 'each of them fails once'
ok 'nobody is left' none_left
report test_deaf
says "^Timeout \(>0.5s\) from prun: worker 'gw[0-9]+' .*'test_hang.py::test_deaf': .*SIGKILL" \
    'a C loop that blocks all signals is killed'
says 'stacks are not known' 'and that its stacks are not known is said'
report test_in_c
says 'SIGTERM' 'a C loop ends by SIGTERM'
says 'test_hang.py", line [0-9]+ in for_ever' 'the report has its stack'
says 'in test_in_c' 'down to the test'
says_not '_pytest|pluggy' "without pytest's own frames"
says 'printed before the loop' 'and what was printed'
report test_obstinate
says 'SIGKILL' 'whoever ignores SIGTERM is killed'
report test_threads
says 'in for_ever' 'with threads: the stack of one'
says 'in another_thread' 'and of the other'
is "$(tool junit "$work/junit.xml" | grep -c "'name', 'test_")" 24 'JUnit XML has every test once'
ok 'and the message' grep -q 'message="Timeout (&gt;0.5s) from prun' "$work/junit.xml"

# What a test that hangs costs: its timeout and the grace.  The master measures that; the bound is for slow machines.
ok 'it took its timeout and the grace, not more' tool took "$work/junit.xml" test_deaf 0.8 20

prun -n 2 --dist each --timeout 0.3 --timeout-grace 0 -k 'deaf or short' -q
is "$rc $(summary)" '1 2 failed, 40 passed, 3 deselected' '--dist each, no grace: on both workers'
prun -n 1 --max-worker-restart=0 --timeout 0.3 -k 'in_c or short' -q
is "$rc $(summary)" '1 1 failed, 20 passed, 3 deselected' 'one worker is replaced though none may be restarted'
prun -n 2 --isolate --timeout 0.5 --timeout-grace 0.3 -k 'in_c or deaf or short' -q
is "$rc $(summary)" '1 2 failed, 20 passed, 2 deselected' '--isolate: two tests fail'
report test_in_c
says 'in for_ever' 'the stack is that of the process that runs the test'
says_not 'nursery' 'not of the one that waits for it'
report test_deaf
says 'stacks are not known' 'one that blocks all signals'
ok 'nobody is left' drained
prun -n 2 -x --timeout 0.3 -k 'in_c or deaf or obstinate' -q
is "$rc" 1 '-x: exit status'
ok '-x: and that was that' grep -Eq 'stopping after [12] failures' "$out"
prun -n 2 --timeout 0.3 -k in_c --deselect test_hang.py::test_in_c
is "$rc" 5 'nothing to run'

# ---- fixtures, and who else has the grace ----

fresh
put conftest.py <<'PY'
import time

import pytest


@pytest.fixture
def slow_setup():
    time.sleep(60)


@pytest.fixture
def slow_teardown():
    yield
    time.sleep(60)


@pytest.fixture
def some_time():
    time.sleep(0.6)
    yield
    time.sleep(0.6)
PY
put test_fixtures.py <<'PY'
import os
import subprocess
import sys
import time

import pytest

CHILD = """
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
print("ready", flush=True)
signal.sigwait([signal.SIGTERM])
open(os.environ["EVENTS"], "w").write("told to end")
"""


def test_setup(slow_setup):
    pass


def test_teardown(slow_teardown):
    pass


def test_child():
    child = subprocess.Popen([sys.executable, "-S", "-c", CHILD], stdout=subprocess.PIPE)
    child.stdout.readline()
    time.sleep(60)


@pytest.mark.timeout(0.5, func_only=True)
def test_function_only(some_time):
    pass


@pytest.mark.timeout(0.5, func_only=True)
def test_function_hangs(some_time):
    time.sleep(60)


@pytest.mark.timeout(0)
def test_no_limit(some_time):
    pass


@pytest.mark.timeout(60, method="thread")
class TestLong:
    def test_long(self, some_time):
        pass
PY
for more in '' --xdist-exact; do
    rm -f "$EVENTS"
    # shellcheck disable=SC2086
    prun -n 2 $more --timeout 1 --timeout-grace 10 -rA --strict-markers
    is "$rc $(summary)" '1 4 failed, 3 passed' "set-up, teardown, function $more"
    is "$(grep -E '^FAILED ' "$out" | sed -E 's/^FAILED [^:]*::([^ ]*).*/\1/' | sort | xargs)" \
        'test_child test_function_hangs test_setup test_teardown' "those that took too long $more"
    report test_setup
    says 'in slow_setup' "where the set-up stands $more"
    is "$(cat "$EVENTS")" 'told to end' "a process of the test is told to end, and has time for it $more"
    ok "nobody is left $more" drained
done

# ---- where limits come from ----

fresh
put test_limit.py <<'PY'
import time

import pytest


def test_hangs():
    time.sleep(60)


def test_passes():
    pass
PY
put pytest.ini <<'INI'
[pytest]
timeout = 0.3
INI
prun -n 2 -q
is "$rc $(summary)" '1 1 failed, 1 passed' 'ini'
put pytest.ini <<'INI'
[pytest]
INI
PYTEST_TIMEOUT=0.3 prun -n 2 -q
is "$rc $(summary)" '1 1 failed, 1 passed' 'PYTEST_TIMEOUT'
prun --timeout 0.3
is "$rc $(summary)" '1 1 failed, 1 passed' 'without -n'
has '^1 worker \[2 items\]' 'one worker runs the tests'
prun -n 0 --timeout 60 -k passes
is "$rc $(summary)" '0 1 passed, 1 deselected' '-n 0'
has '^Timeouts are enforced .* -n 1$' 'is not silently without limit'
put test_limit.py <<'PY'
import pytest


@pytest.mark.timeout(60)
def test_passes():
    pass
PY
prun
is "$rc $(summary)" '0 1 passed' 'a mark without -n'
has '^Timeouts are enforced .* -n 1$' 'is not heeded, which is said'
prun -n 1 --strict-markers -W error
is "$rc $(summary)" '0 1 passed' 'a mark with -n is known'

# ---- what cannot be ----

# refused SENTENCE ARGUMENTS...
refused() {
    local words=$1
    shift
    prun "$@"
    is "$rc" 4 "$*: exit status"
    ok "$*: $words" grep -Eq -e "$words" "$out" "$err"
}
refused 'timeout: .*must be a number of seconds' --timeout soon
refused 'timeout: .*must be a number of seconds' -n 1 --timeout=-1
refused 'timeout-grace: .*must be a number of seconds' --timeout-grace=nan
refused 'session-timeout: .*must be a number of seconds' --session-timeout=x
PYTEST_TIMEOUT=soon refused 'PYTEST_TIMEOUT must be a number of seconds' -n 1
put pytest.ini <<'INI'
[pytest]
timeout = soon
INI
refused 'timeout in the ini-file must be a number of seconds' -n 1
put pytest.ini <<'INI'
[pytest]
INI
put test_mark.py <<'PY'
import pytest


@pytest.mark.timeout("soon")
def test_mark():
    pass
PY
refused 'test_mark.py::test_mark: the timeout of its mark must be a number of seconds' -n 1

# ---- the run ----

fresh
put test_run.py <<'PY'
import time

import pytest


@pytest.mark.parametrize("n", range(9))
def test_run(n):
    time.sleep(60)
PY
prun -n 2 --session-timeout 4 --timeout-grace 0.2
is "$rc" 1 '--session-timeout: exit status'
is "$(summary)" '2 failed' 'those that run fail, no other is run'
has 'session-timeout: 4.0 sec exceeded' 'why the run ends'
has "^Timeout \(session-timeout\) from prun: worker 'gw0'" 'and the tests'
ok 'nobody is left' none_left
prun --session-timeout 4 --timeout-grace 0.2
is "$rc $(summary)" '1 1 failed' '--session-timeout without -n: one worker'

# ---- pytest-timeout ----

# One that ends no test, or does so late.
put pytest_timeout.py <<'PY'
import pytest


def pytest_addoption(parser):
    parser.addoption("--timeout", type=float)
    parser.addini("timeout", "")
    parser.addini("timeout_func_only", "", type="bool", default=False)


def pytest_configure(config):
    config.addinivalue_line("markers", "timeout(timeout): theirs")
PY
put test_theirs.py <<'PY'
import time

import pytest


def test_hangs():
    time.sleep(60)


@pytest.fixture
def clean_up():
    yield
    time.sleep(1)


@pytest.mark.timeout(0.7)
def test_ended(clean_up):
    time.sleep(0.5)
    pytest.fail("ended by a plugin")
PY
export PYTHONPATH=$PWD
prun -n 2 -p pytest_timeout --timeout 0.3 --timeout-grace 0.5 test_theirs.py
is "$rc $(summary)" '1 2 failed' 'with pytest-timeout'
has '^Timeout \(>0.8s\) from prun' 'the master adds the grace'
has '^E +Failed: ended by a plugin' 'what the plugin has ended may be torn down'
prun -p pytest_timeout --timeout 0.3 -k nothing test_theirs.py
is "$rc" 5 'and is left to itself without -n'
hasnt '^1 worker|^Timeouts' 'without a word'

done_testing
