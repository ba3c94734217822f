#!/usr/bin/env bash
# Threads that are there at the fork are named; a worker that does not come through the fork is not waited for.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

put conftest.py <<'PY'
import os
import threading

import pytest

lock = threading.Lock()
ready = threading.Event()


def keep():
    with lock:
        ready.set()
        threading.Event().wait()


threading.Thread(target=keep, name="keeper", daemon=True).start()
ready.wait()


def pytest_sessionstart(session):
    """As a plugin does that wants to be told apart in workers."""
    given = getattr(session.config, "workerinput", None)
    if given and os.environ.get("MODE") in ("hang", given["workerid"]):
        lock.acquire()


def pytest_configure(config):
    if hasattr(config, "workerinput") and os.environ.get("MODE") == "die":
        os._exit(5)
PY
put test_it.py <<'PY'
import os

import pytest


@pytest.fixture(scope="module")
def where():
    return os.environ.get("PYTEST_XDIST_WORKER", "master")


@pytest.mark.parametrize("n", range(6))
def test_some(n, where):
    print("run in", where)
    assert n != 3
PY

prun -n 2
is "$rc $(summary)" '1 1 failed, 5 passed' 'a thread at the fork'
has '^threads at the fork: keeper \(conftest\); workers do not have them' 'is named, with whose it is'
prun -n 2 -q
hasnt 'threads at the fork' 'but not with -q'
prun
hasnt 'threads at the fork' 'nor without workers'

export PRUN_START_TIMEOUT=1
MODE=gw0 prun -n 2 -rA
is "$rc $(summary)" '1 1 failed, 5 passed' 'one worker hangs in a lock at its start'
has '^\[gw0\] node down: killed: it was not ready for a test in time \(a lock' 'that is told'
MODE=hang prun -n 2 -rA
is "$rc $(summary)" '1 1 failed, 5 passed' 'all do: every test has its outcome'
has '^no worker lived to start another test; 6 tests run in this process' 'and where, is told'
has '^run in master' 'in this process'
ok 'nobody is left' none_left
MODE=die prun -n 2 -x
is "$rc" 1 'all die at their start: -x holds for the rest'
has '^no worker lived to start another test; 6 tests' 'which is told'
has '1 failed, 3 passed' 'and stops it'
MODE=die prun -n 2 --dist each
is "$rc" 2 'each: there is no such way'
has 'no worker lived to start another test; 12 tests did not run' 'and that is said'
PRUN_START_TIMEOUT=soon prun -n 2
is "$rc" 4 'a bad PRUN_START_TIMEOUT: exit status'
ok 'and sentence' grep -q "PRUN_START_TIMEOUT must be a number of seconds, not 'soon'" "$err"

done_testing
