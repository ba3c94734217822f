#!/usr/bin/env bash
# -x, --maxfail, session.shouldstop: nothing new starts, what is queued does not run, exit codes are pytest's.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

export STARTED=$work/started STOPPED=$work/stopped

# ---- the first $FAILS tests fail while the other worker is in a test; it ends when the master has seen and told it ----

fresh
put conftest.py <<'PY'
import os
import select

import pytest

LAST = int(os.environ.get("FAILS", 1))
failed = 0


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report):
    global failed
    if report.failed and hasattr(report, "node"):
        failed += 1
        if failed == LAST:
            with open(os.environ["STOPPED"], "w") as f:
                f.write("stopped\n")


def note(*words):
    with open(os.environ["EVENTS"], "a") as f:
        f.write(" ".join(words) + "\n")


def until_told():
    """In a worker: until there is something to read from the master."""
    poll = select.poll()
    for fd in os.listdir("/proc/self/fd"):
        try:
            if os.readlink(f"/proc/self/fd/{fd}").startswith(("pipe:", "socket:")):
                poll.register(int(fd), select.POLLIN)
        except OSError:
            pass  # the one that listed them
    poll.poll()


@pytest.fixture(scope="session", autouse=True)
def session_fixture(worker_id):
    note("up", worker_id)
    yield
    note("down", worker_id)
PY
put test_x.py <<'PY'
import os

import pytest
from conftest import LAST, note, until_told


@pytest.mark.parametrize("n", range(40))
def test_x(n):
    note("test", str(n))
    if n == 0:
        with open(os.environ["STARTED"]) as f:
            f.readline()
    if n < LAST:
        assert 0
    with open(os.environ["STARTED"], "w") as f:
        f.write("started\n")
    with open(os.environ["STOPPED"]) as f:
        f.readline()
    with open(os.environ["STOPPED"], "w") as f:
        f.write("stopped\n")  # nobody after it waits
    until_told()
PY

# stops FAILS ARGUMENTS...
stops() {
    local fails=$1
    shift
    : >"$EVENTS"
    rm -f "$STARTED" "$STOPPED"
    mkfifo "$STARTED" "$STOPPED"
    exec 4<>"$STARTED" 5<>"$STOPPED"
    run env FAILS="$fails" "$PRUN" -n 2 "$@"
    is "$rc" 1 "$*: exit status 1, as in one process"
    is "$(grep -c '^test' "$EVENTS")" $((fails + 1)) "$*: nothing else started"
    is "$(summary)" "$fails failed, 1 passed" "$*: what had started is reported"
    has "^!+ stopping after $fails failures !+\$" "$*: pytest says why"
    is "$(sort "$EVENTS" | grep -E 'up|down' | paste -sd ' ')" 'down gw0 down gw1 up gw0 up gw1' "$*: fixtures torn down once"
    ok "$*: no process left" none_left
}
stops 1 -x
stops 2 --maxfail=2
stops 1 -x --dist loadgroup
stops 1 --exitfirst --dist load --maxschedchunk 4

# ---- the session is told to stop by a test, as plugins do ----

fresh
put test_should.py <<'PY'
import os

import pytest


@pytest.mark.parametrize("n", range(20))
def test_should(n, request):
    if n == 3:
        setattr(request.session, os.environ["SHOULD"], "because of 3")
PY
for should in shouldstop shouldfail; do
    run env SHOULD=$should "$PRUN_TEST_PYTHON" -m pytest -p no:cacheprovider
    want=$rc line=$(grep '^!' "$out")
    run env SHOULD=$should "$PRUN" -n 1 -p no:cacheprovider
    is "$rc" "$want" "session.$should: exit status as in one process"
    is "$(grep '^!' "$out")" "$line" "session.$should: the same words"
    is "$(summary)" '4 passed' "session.$should: nothing ran after it"
    run env SHOULD=$should "$PRUN" -n 2
    is "$rc" "$want" "session.$should: with two workers"
done

# ---- hooks in the master ----

fresh
put conftest.py <<'PY'
import pytest


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report):
    if hasattr(report, "node") and report.when == "call":
        session.shouldstop = "the master has seen enough"


def pytest_sessionstart(session):
    globals()["session"] = session
PY
put test_many.py <<'PY'
import pytest


@pytest.mark.parametrize("n", range(500))
def test_many(n):
    pass
PY
prun -n 2
is "$rc" 2 'shouldstop by a reporter: exit status 2'
has '^!+ .*the master has seen enough !+$' 'and why'

# ---- collection errors ----

fresh
put test_broken.py <<'PY'
import no_such_module
PY
put test_whole.py <<'PY'
def test_a():
    print("ran")


def test_b():
    assert 0
PY
prun -n 2 -rA
is "$rc" 2 'a collection error: exit status 2, as in one process'
has '^!+ Interrupted: 1 error during collection !+$' 'and its words'
hasnt 'PASSED|FAILED|workers' 'nothing ran'
prun -n 2 --continue-on-collection-errors
is "$rc $(summary)" '1 1 failed, 1 passed, 1 error' '--continue-on-collection-errors'
for limit in 1 2; do
    pytest --continue-on-collection-errors --maxfail=$limit
    want="$rc $(summary)"
    prun -n 1 --continue-on-collection-errors --maxfail=$limit
    is "$rc $(summary)" "$want" "--continue-on-collection-errors --maxfail=$limit: the error counts"
done

done_testing
