#!/usr/bin/env bash
# Session fixtures that are set up once for the whole run.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
open_ready
export LOG=$work/log
parent=$(dirname "$PRUN")/py
[ -d "$parent/prun" ] || parent=$(dirname "$PRUN")/../lib/prun

# said: what fixtures wrote since the last call, on one line.
said() { tr '\n' ' ' <"$LOG" && : >"$LOG"; }
: >"$LOG"

put conftest.py <<'PY'
import logging
import os
import warnings

import prun
import pytest


def note(what):
    with open(os.environ["LOG"], "a") as f:
        print(what if os.getpid() == int(os.environ.get("MASTER", os.getpid())) else f"{what}@worker", file=f)


def pytest_sessionstart(session):
    if not hasattr(session.config, "workerinput"):
        os.environ["MASTER"] = str(os.getpid())


@pytest.fixture(scope="session")
def settings(request):
    def ask(name):  # plain pytest has neither
        return request.getfixturevalue(name) if request.config.pluginmanager.hasplugin("xdist") else None

    note("settings")
    yield {"worker": ask("worker_id"), "uid": ask("testrun_uid")}
    note("-settings")


@prun.shared
@pytest.fixture(scope="session")
def base(settings, tmp_path_factory):
    print("output of base")
    logging.getLogger().warning("log of base")
    note("base")
    try:
        yield {"pid": os.getpid(), "settings": settings}
    finally:
        note("-base")


@pytest.fixture(scope="session", params=["a", "b"])
@prun.shared
def letter(request, base):
    note(request.param)
    request.addfinalizer(lambda: note(f"-{request.param}"))
    return request.param, base


@prun.shared()
@pytest.fixture(scope="session", autouse=True)
def nothing():
    note("nothing")


@prun.shared
@pytest.fixture(scope="session")
def unused():
    note("unused")
PY
put test_shared.py <<'PY'
import os

import pytest


@pytest.mark.parametrize("n", range(8))
def test_base(base, n, settings, testrun_uid):
    assert base["pid"] == int(os.environ["MASTER"]) != os.getpid()
    assert base["settings"] is settings
    assert settings["worker"] == "master" and settings["uid"] == testrun_uid


@pytest.mark.parametrize("n", range(4))
def test_letter(letter, base, n):
    assert letter[0] in "ab"
    assert letter[1] is base


def test_identity(worker_id, nothing):
    assert worker_id == os.environ["PYTEST_XDIST_WORKER"]
    assert nothing is None


@pytest.mark.skip(reason="not wanted")
def test_skipped(unused):
    pass


@pytest.mark.skipif("True")
def test_skipped_too(unused):
    pass
PY
for mode in duration load worksteal loadfile; do
    prun -n 2 --dist $mode -v
    is "$rc $(summary)" '0 17 passed, 2 skipped' "--dist $mode: tests have what the master has set up"
    is "$(said)" 'nothing settings base a b -b -a -base -settings ' \
        'each once, in the master, with what it needs, and torn down in reverse'
done
has '^set up once for the run, in [0-9.]+s: nothing, base, letter$' 'a line says so'
prun -n 2 --dist each -q
is "$rc $(summary)" '0 34 passed, 4 skipped' '--dist each'
is "$(said)" 'nothing settings base a b -b -a -base -settings ' 'once all the same'
hasnt '^set up once' 'not with -q'
PRUN_NO_FAST=run prun -n 2 -q -k 'letter or identity'
is "$rc $(said)" '0 nothing settings base a b -b -a -base -settings ' 'without the short way through an item'
prun -n 2 -q -k identity
is "$rc $(said)" '0 nothing ' 'only what a collected test uses'
prun -q -k letter
is "$rc $(said)" '0 nothing settings base a -a b -b -base -settings ' 'without -n they are ordinary session fixtures'
run env PYTHONPATH="$parent" "$PRUN_TEST_PYTHON" -m pytest -p no:cacheprovider -q -k letter
is "$rc $(said | tr ' ' '\n' | sort | tr '\n' ' ' | sed 's/^ //')" \
    '0 -a -b -base -settings a b base nothing settings ' 'under plain pytest, too, where prun can be imported'
for n in 0 2; do
    prun -n $n -q --isolate -k letter
    is "$rc $(said)" '0 nothing settings base a b -b -a -base -settings ' "-n $n --isolate: once"
done
prun -n 2 -q --collect-only
is "$rc $(said)" '0 ' '--collect-only sets up nothing'
prun -n 2 --setup-plan -q -k base
is "$rc $(said)" '0 ' '--setup-plan neither'

# ---- their output ----

put test_fails.py <<'PY'
import warnings


def test_first(base):
    assert 0


def test_second(base):
    assert 0
PY
prun -n 2 test_fails.py
is "$rc $(grep -c 'output of base' "$out") $(grep -c 'log of base' "$out")" '1 1 1' \
    'what it printed and logged is shown with the first test that uses it'
prun -n 2 -s test_fails.py
is "$(grep -c '^output of base' "$out")" 1 '-s: as it comes'
said >/dev/null

# ---- after the fork ----

fresh
put conftest.py <<'PY'
import os

import prun
import pytest


def reconnect(value):
    with open(os.environ["LOG"], "a") as f:
        print("reconnect", file=f)
    value.append(os.getpid())


@prun.shared(after_fork=reconnect)
@pytest.fixture(scope="session")
def same():
    return []


@prun.shared(after_fork=lambda value: value + os.environ["PYTEST_XDIST_WORKER"])
@pytest.fixture(scope="session")
def replaced():
    return "of "


@prun.shared(after_fork=lambda value: 1 / 0)
@pytest.fixture(scope="session")
def broken():
    return 1
PY
put test_fork.py <<'PY'
import os

import pytest


@pytest.mark.parametrize("n", range(6))
def test_fork(n, same, replaced):
    assert same == [os.getpid()]
    assert replaced == "of " + os.environ["PYTEST_XDIST_WORKER"]


@pytest.mark.parametrize("n", range(3))
def test_broken(n, broken):
    pass
PY
prun -n 2 --dist load
is "$rc $(summary)" '1 6 passed, 3 errors' 'after_fork changes or replaces the value; its error is that of the tests'
is "$(said)" 'reconnect reconnect ' 'it is called once in each worker'
is "$(grep -c '^E *ZeroDivisionError' "$out")" 3 'and each test says how it failed'

# ---- ini, overrides, indirect parameters, unittest ----

fresh
put pytest.ini <<'INI'
[pytest]
prun_shared_fixtures = named overridden
INI
put conftest.py <<'PY'
import os

import pytest


def note(what):
    with open(os.environ["LOG"], "a") as f:
        print(what, file=f)


@pytest.fixture(scope="session")
def named(request):
    note(f"named {request.param}")
    return request.param


@pytest.fixture(scope="session")
def overridden():
    note("below")
    return ["below"]
PY
put test_ini.py <<'PY'
import unittest

import pytest


@pytest.fixture(scope="session")
def overridden(overridden):
    return overridden + ["above"]


@pytest.mark.parametrize("named", ["x", "y"], indirect=True)
@pytest.mark.parametrize("n", range(3))
def test_named(named, n):
    assert named in "xy"


@pytest.mark.parametrize("named", ["y", "z"], indirect=True)
def test_more(named):
    assert named in "yz"


def test_overridden(overridden):
    assert overridden == ["below", "above"]


@pytest.mark.usefixtures("overridden")
class TestCase(unittest.TestCase):
    def test_case(self):
        pass
PY
prun -n 3 --dist load
is "$rc $(summary)" '0 10 passed' 'prun_shared_fixtures'
is "$(sort "$LOG" | tr '\n' ' ')" 'below named x named y named z ' 'each parameter once, what is overridden once'
said >/dev/null

# ---- a fixture that fails ----

fresh
put conftest.py <<'PY'
import os

import prun
import pytest


def note(what):
    with open(os.environ["LOG"], "a") as f:
        print(what, file=f)


@prun.shared
@pytest.fixture(scope="session")
def bad(request):
    request.addfinalizer(lambda: note("-bad"))
    note("bad")
    raise ValueError("no database")


@prun.shared
@pytest.fixture(scope="session")
def on_bad(bad):
    pass


@prun.shared
@pytest.fixture(scope="session")
def skips():
    note("skips")
    pytest.skip("no docker here")


@prun.shared
@pytest.fixture(scope="session")
def exits():
    raise SystemExit("leaves")
PY
put test_bad.py <<'PY'
import pytest


@pytest.mark.parametrize("n", range(3))
def test_bad(n, bad):
    pass


@pytest.mark.parametrize("n", range(3))
def test_on_bad(n, on_bad):
    pass


@pytest.mark.parametrize("n", range(3))
def test_skips(n, skips):
    pass


@pytest.mark.parametrize("n", range(3))
def test_exits(n, exits):
    pass


def test_good():
    pass


def test_dynamic(request):
    with pytest.raises(ValueError):
        request.getfixturevalue("bad")
PY
prun -q -rs
want="$rc $(summary)" error=$(grep '^E *ValueError' "$out") skips=$(grep '^SKIPPED' "$out")
: >"$LOG"
prun -n 2 -q -rs
is "$rc $(summary)" "$want" 'a set-up that fails: each test has its error, as without -n'
is "$(grep '^E *ValueError' "$out")" "$error" 'the same'
is "$(grep '^SKIPPED' "$out")" "$skips" 'or is skipped'
is "$(said)" 'bad skips -bad ' 'and it was tried once'
put test_dynamic.py <<'PY'
def test_dynamic(request):
    request.getfixturevalue("bad")
PY
prun -n 2 -q test_dynamic.py
is "$rc $(summary)" '1 1 failed' 'one that no test names'
has "^shared fixture 'bad' \(conftest.py:12\) was not set up before the fork" 'is refused'

# ---- the end ----

fresh
put conftest.py <<'PY'
import os

import prun
import pytest


def note(what):
    with open(os.environ["LOG"], "a") as f:
        print(what, file=f)


@prun.shared
@pytest.fixture(scope="session")
def one():
    yield
    note(f"-one {os.environ.get('PYTEST_XDIST_WORKER')}")


@prun.shared
@pytest.fixture(scope="session")
def worse():
    yield
    print("teardown of worse")
    raise ValueError("cannot stop it")
PY
put test_end.py <<'PY'
import os
import time

import pytest


@pytest.mark.parametrize("n", range(4))
def test_crash(one, n):
    if n == 1:
        os.abort()


@pytest.mark.parametrize("n", range(4))
def test_fails(one, n):
    assert n != 0


def test_hangs(one):
    with open(os.environ["READY"], "w") as f:
        print(os.getpid(), file=f)
    while True:
        time.sleep(0.01)


@pytest.mark.parametrize("n", range(2))
def test_worse(one, worse, n):
    pass
PY
prun -n 2 -k crash
is "$rc $(summary) $(said)" '1 1 failed, 3 passed, 7 deselected -one None ' 'torn down once after a crash'
prun -n 2 -x -k fails
is "$rc $(said)" '1 -one None ' 'with -x'
start "$PRUN" -n 2 -k hangs
await
kill -INT "$pid"
finish
is "$rc $(said)" '2 -one None ' 'after Ctrl-C'
prun -n 2 -k worse
is "$rc $(summary) $(said)" '1 2 passed, 9 deselected, 1 error -one None ' 'an error in it is one of the run'
has '_ ERROR at teardown of test_worse\[1\] _' 'of the last test that uses it'
has '^teardown of worse' 'with what it printed'
prun -n 2 --max-worker-restart 0 --tx popen --dist load -k 'crash and 1 or fails'
ok 'torn down when no worker is left' test "$(said)" = '-one None '

# ---- what cannot be shared ----

# refused FIXTURES TEST PATTERN DESCRIPTION
refused() {
    fresh
    printf 'import threading, time\nimport prun, pytest\n%s\n' "$1" >conftest.py
    printf '%s\n' "$2" >test_refused.py
    prun -n 2 -q
    is "$rc" 4 "$4: a usage error"
    ok 'and one sentence' grep -Eq "^ERROR: $3\$" "$err"
}
refused '@prun.shared
@pytest.fixture
def f(): pass' 'def test(f): pass' \
    "shared fixture 'f' \(conftest.py:3\) is function-scoped; only a session fixture that needs nothing narrower can .*" 'function scope'
refused '@pytest.fixture(scope="module")
def m(): pass
@pytest.fixture(scope="session")
def s(m): pass
@prun.shared
@pytest.fixture(scope="session")
def f(s): pass' 'def test(f): pass' \
    "shared fixture 'f' \(conftest.py:7\) needs 'm', which is module-scoped; .*" 'one that needs a narrower one'
refused '@prun.shared
@pytest.fixture(scope="session")
def f():
    over = threading.Event()
    threading.Thread(target=over.wait, name="server").start()
    yield
    over.set()' 'def test(f): pass' \
    "shared fixture 'f' \(conftest.py:3\) holds a live thread, server; a forked worker does not have it" 'a live thread'
prun -n 2 -q --xdist-exact
is "$rc" 4 '--xdist-exact: a usage error'
ok 'and one sentence' grep -Eq "^ERROR: shared fixture 'f' \(conftest.py:3\) cannot be set up once for the run: with --xdist-exact" "$err"

# ---- limits of time hold in the master too ----

fresh
put conftest.py <<'PY'
import time

import prun
import pytest


def hang():
    while True:
        time.sleep(0.01)


@prun.shared
@pytest.fixture(scope="session")
def stuck():
    hang()


@prun.shared
@pytest.fixture(scope="session")
def clings():
    yield 1
    hang()
PY
put test_limits.py <<'PY'
def test_stuck(stuck):
    pass


def test_stuck_too(stuck):
    pass


def test_clings(clings):
    assert clings


def test_else():
    pass
PY
for how in '-n 2' '-n 2 --isolate'; do
    # shellcheck disable=SC2086
    prun $how --timeout 0.5
    is "$rc $(summary)" '1 2 passed, 3 errors' "--timeout $how: a shared fixture that hangs has failed"
    has 'Timeout \(>0.5s\) from prun: it is done once for the run' "--timeout $how: it says so"
done
prun -n 2 --session-timeout 0.5 --timeout-grace 0.5 -k stuck
is "$rc" 1 '--session-timeout: the run ends'

# A timer that the suite has set in the process of prun's own.
put conftest.py <<'PY'
import os
import signal

import prun
import pytest

master = os.getpid()


def pytest_sessionstart(session):
    signal.setitimer(signal.ITIMER_REAL, 10_000, 7)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    if os.getpid() == master:
        left, every = signal.setitimer(signal.ITIMER_REAL, 0)
        print(f"\nits timer: {9000 < left < 10_000} {every:g}")


@prun.shared
@pytest.fixture(scope="session")
def quick():
    return 1
PY
put test_limits.py <<'PY'
def test_quick(quick):
    assert quick
PY
prun -n 2 --timeout 60
has 'its timer: True 7' "--timeout: a suite's own timer goes on"

done_testing
