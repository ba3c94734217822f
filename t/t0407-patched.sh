#!/usr/bin/env bash
# Suites that change pytest, the machine or themselves while they run: outcomes are those of pytest in one process.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

# as_pytest DESCRIPTION OPTION...: the outcomes and the status are pytest's, by short ways and by its own.
as_pytest() {
    local what=$1 want
    shift
    pytest -q -p no:randomly "$@"
    want="$rc $(summary)"
    prun -n 2 --dist loadfile -q -p no:randomly "$@"
    is "$rc $(summary)" "$want" "$what"
    prun -n 1 --no-fast -q -p no:randomly "$@"
    is "$rc $(summary)" "$want" "$what, --no-fast"
}

fresh
put test_fixture.py <<'PY'
import pytest


@pytest.fixture
def other(request):
    request.node.runtest = lambda: 1 / 0


def test_other(other):
    pass
PY
put setup/conftest.py <<'PY'
def pytest_runtest_setup(item):
    original = item.runtest

    def checked():
        original()
        raise AssertionError("found by the wrapper")

    item.runtest = checked
PY
put setup/test_setup.py <<'PY'
def test_one():
    pass
PY
put call/conftest.py <<'PY'
def pytest_runtest_call(item):
    item.runtest = lambda: 1 / 0
PY
put call/test_call.py <<'PY'
def test_one():
    pass
PY
put test_class.py <<'PY'
import _pytest.python
import pytest


@pytest.fixture(scope="module", autouse=True)
def patch():
    mp = pytest.MonkeyPatch()
    mp.setattr(_pytest.python.Function, "runtest", lambda self: 1 / 0)
    yield
    mp.undo()


def test_one():
    pass


def test_two():
    pass
PY
put test_plugin.py <<'PY'
import pytest


class Plugin:
    def pytest_pyfunc_call(self, pyfuncitem):
        1 / 0


@pytest.fixture
def plugin(request):
    plugin = Plugin()
    request.config.pluginmanager.register(plugin)
    yield
    request.config.pluginmanager.unregister(plugin)


def test_registered(plugin):
    pass


def test_after():
    pass
PY
as_pytest 'what runs a test is replaced while it is set up'

fresh
put test_state.py <<'PY'
import _pytest.runner
import pytest


@pytest.fixture(scope="module", autouse=True)
def patch():
    mp = pytest.MonkeyPatch()
    mp.setattr(_pytest.runner.SetupState, "teardown_exact", lambda self, nextitem: 1 / 0)
    yield
    mp.undo()


def test_one():
    pass
PY
for options in '' --no-fast; do
    # shellcheck disable=SC2086
    prun -n 1 -q $options
    is "$rc $(summary)" '1 1 passed, 1 error' "nothing can be torn down any more: the run ends ${options:-by short ways}"
done

fresh
put test_pid.py <<'PY'
import os

import pytest


@pytest.fixture(scope="module", autouse=True)
def frozen():
    mp = pytest.MonkeyPatch()
    mp.setattr(os, "getpid", lambda: 4711)
    yield
    mp.undo()


def test_same():
    assert os.getpid() == 4711


def test_other():
    assert os.getpid() == 1
PY
put test_properties.py <<'PY'
def test_list(request):
    request.node.user_properties.append(["a", 1])


def test_dict(request):
    request.node.user_properties.append({"a": 1})


def test_text(request):
    request.node.user_properties.append("tag")


def test_fails(request):
    request.node.user_properties.append(["a", 1])
    assert "its own words" == ""
PY
put reports/conftest.py <<'PY'
import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if call.when == "call" and item.name == "test_true":
        report.wasxfail = True
    if call.when == "call" and item.name == "test_location":
        report.location = list(report.location)
    if call.when == "call" and item.name == "test_keywords":
        report.keywords = list(report.keywords)
PY
put reports/test_reports.py <<'PY'
def test_true():
    pass


def test_location():
    pass


def test_keywords():
    pass
PY
as_pytest 'a process id, properties and reports that are not as usual'
has "assert 'its own words' == ''" 'a failure keeps its words'

fresh
put test_a_limit.py <<'PY'
import os
import resource

kept = []


def test_all_descriptors():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    while True:
        kept.append(os.open(os.devnull, os.O_RDONLY))
PY
put test_b.py <<'PY'
import pytest


@pytest.mark.parametrize("n", range(20))
def test_one(n):
    pass
PY
prun -n 2 --dist loadfile -q
is "$rc $(summary)" '1 1 failed, 20 passed' 'a worker without a descriptor left ends, and costs one test'

fresh
put test_atexit.py <<'PY'
import atexit
import os


def test_one():
    atexit.register(os.abort)


def test_two():
    pass
PY
prun -n 1 -q
is "$rc $(summary)" '1 2 passed' 'a worker that dies after its last test is no success'
has 'gw0\] died after its last test: killed by SIGABRT' 'and is told of'

# ---- the master's hooks keep its signals ----

fresh
put conftest.py <<'PY'
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
PY
put test_crash.py <<'PY'
import os
import signal

import pytest


@pytest.mark.parametrize("n", range(6))
def test_one(n):
    if n == 2:
        os.kill(os.getpid(), signal.SIGKILL)
PY
prun -n 2 -q
is "$rc $(summary)" '1 1 failed, 5 passed' 'SIGCHLD is blocked'
is "$(cat "$err")" '' 'and no worker is waited for in vain'

if "$PRUN_TEST_PYTHON" -c 'from pytest import Subtests' 2>/dev/null; then
    fresh
    put test_sub.py <<'PY'
def test_sub(subtests):
    with subtests.test("one"):
        raise KeyboardInterrupt


def test_other():
    pass
PY
    for options in '' --no-fast; do
        # shellcheck disable=SC2086
        prun -n 1 -q $options
        is "$rc $(summary)" '1 2 failed, 1 passed' "an interrupt in a subtest is of the call ${options:-by short ways}"
    done
else
    skip 'this pytest has no subtests' 'an interrupt in a subtest is of the call'
fi

done_testing
