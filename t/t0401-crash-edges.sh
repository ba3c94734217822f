#!/usr/bin/env bash
# Crashes outside of a test's own code, and the limit of replaced workers.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

# ---- fixtures ----

fresh
put test_fixtures.py <<'PY'
import os
import signal

import pytest


@pytest.fixture
def dies_in_setup():
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def dies_in_teardown():
    yield
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def module_dies_in_teardown():
    yield
    os.kill(os.getpid(), signal.SIGKILL)


def test_before():
    pass


def test_setup(dies_in_setup):
    pass


def test_teardown(dies_in_teardown):
    pass


@pytest.mark.parametrize("n", range(4))
def test_after(n):
    pass
PY
prun -n 2 -rA
is "$rc $(summary)" '1 2 failed, 5 passed' 'a crash in set-up or teardown costs that test'

fresh
put test_session.py <<'PY'
import os
import signal

import pytest


@pytest.fixture(scope="session", autouse=True)
def dies_at_the_end(worker_id):
    yield
    if worker_id == "gw1":
        os.kill(os.getpid(), signal.SIGSEGV)


@pytest.mark.parametrize("n", range(10))
def test_any(n):
    pass
PY
prun -n 2 -rA
has 'SIGSEGV|[Ss]egmentation' 'a crash in the teardown of a session fixture is told'
ok 'and every test has one outcome' test "$(grep -Ec '^(PASSED|FAILED) ' "$out")" = 10
is "$rc" 1 'and the run failed'
ok 'no process left' none_left

# ---- the limit ----

fresh
put test_limit.py <<'PY'
import os

import pytest


@pytest.mark.parametrize("n", range(8))
def test_dies(n):
    os._exit(7)
PY
prun -n 2
is "$rc $(summary)" '1 8 failed' 'without a limit every crash is reported'
prun -n 2 --max-worker-restart=0
is "$rc" 2 '--max-worker-restart=0: interrupted'
ok 'says that workers crashed, how many and which option' grep -Eq 'maximum crashed workers reached: 0|restart' "$out"
has '[24-8] failed' 'the crashes of the first workers are reported'
prun -n 2 --max-worker-restart=1
has 'maximum crashed workers reached: 1' '--max-worker-restart=1: says so'
has '^=+ 3 failed' 'three workers, three crashes'
ok 'no process left' none_left

fresh
put test_mixed.py <<'PY'
import os

import pytest


@pytest.mark.parametrize("n", range(8))
def test_mixed(n):
    if n == 0:
        os._exit(7)
    if n == 2 and "SEEN" in os.environ:
        with open(os.environ["SEEN"]) as f:
            f.read()
PY
# The other worker is held up until the crash has been seen: had it been told that nothing more will come, nobody
# would be left for the rest.
mkfifo "$work/seen"
put conftest.py <<'PY'
import os


def pytest_runtest_logreport(report):
    if report.failed and "SEEN" in os.environ:
        open(os.environ["SEEN"], "w").close()
PY
SEEN=$work/seen prun -n 2 --dist load --max-worker-restart=0
is "$rc $(summary)" '1 1 failed, 7 passed' '--max-worker-restart=0: the other worker runs the rest'
prun -n 2 --max-worker-restart=1
is "$rc $(summary)" '1 1 failed, 7 passed' '--max-worker-restart=1: all the rest runs'

# ---- a hook, and -x ----

put conftest.py <<'PY'
def pytest_handlecrashitem(crashitem, report, sched):
    print("\nhandlecrashitem", crashitem, report.outcome)


def pytest_runtest_logreport(report):
    if "[0]" in report.nodeid and hasattr(report, "node"):
        print("\nreport", report.when, report.outcome)
PY
prun -n 2 -s
has '^handlecrashitem test_mixed.py::test_mixed\[0\] failed' 'pytest_handlecrashitem is called'
is "$(grep '^report' "$out" | tr '\n' ' ')" 'report call failed report teardown passed ' 'reporters are told that the item is over'
rm conftest.py
prun -n 1 -x
is "$rc $(summary | grep -o '^1 failed$')" '1 1 failed' '-x stops at a crash'

# A plugin's server in the master has read what the worker had told it, when the hook asks.
fresh
put conftest.py <<'PY'
import socket
import threading

server = socket.create_server(("127.0.0.1", 0))
told = []


def serve():
    connection, _ = server.accept()
    while byte := connection.recv(1):
        told.append(byte)


def pytest_configure(config):
    threading.Thread(target=serve, daemon=True).start()


def pytest_handlecrashitem(crashitem, report, sched):
    print("\nserver was told", len(told))
PY
put test_tells.py <<'PY'
import os
import socket

from conftest import server


def test_tells():
    socket.create_connection(server.getsockname()).sendall(bytes(5000))
    os._exit(1)
PY
prun -n 1 -s
has '^server was told 5000$' 'pytest_handlecrashitem finds what the worker had told a thread of the master'

# ---- a grandchild that holds the pipes does not hold up the run ----

fresh
put test_grandchild.py <<'PY'
import os
import subprocess


def test_leaves_one(tmp_path):
    child = subprocess.Popen(["sleep", "1000"], close_fds=False)
    with open(os.environ["CHILDREN"], "a") as f:
        f.write(f"{child.pid}\n")
    os._exit(1)


def test_forks_one():
    pid = os.fork()
    if pid == 0:
        os.execvp("sleep", ["sleep", "1000"])
    with open(os.environ["CHILDREN"], "a") as f:
        f.write(f"{pid}\n")


def test_other():
    pass
PY
run env CHILDREN="$work/children" "$PRUN" -n 2
is "$rc $(summary)" '1 1 failed, 2 passed' 'grandchildren that live on do not hold up the run'
# shellcheck disable=SC2046 # one word a process
kill -9 $(cat "$work/children") 2>/dev/null

fresh
put test_fork.py <<'PY'
import os
import sys

import pytest


def test_child_returns():
    """The child comes back into pytest: its report must not count."""
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)


def test_child_raises():
    pid = os.fork()
    if pid == 0:
        raise RuntimeError("in the child")
    os.waitpid(pid, 0)


def test_child_exits():
    pid = os.fork()
    if pid == 0:
        sys.exit(5)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) in (0, 5)


@pytest.mark.parametrize("n", range(6))
def test_other(n):
    pass
PY
prun -n 2
is "$rc $(summary)" '0 9 passed' 'a forked child that comes back into pytest does not speak for the worker'

done_testing
