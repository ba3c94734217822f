#!/usr/bin/env bash
# Calls of hooks in C: what comes out is what comes out with pluggy's own.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
export PYTHONPATH=$T/tools # some suites import events

# Times apart, also those in reports' locals.
plain() { normalised "$1" | sed -E 's/ in N.NNs.*//; s/(time|perf_count)=[0-9.]+/\1=N/g'; }

# same OPTION...: with and without, to the byte.
same() {
    prun --no-fast -rA -p no:cacheprovider "$@"
    plain "$out" >"$work/without" && without=$rc
    PRUN_NO_FAST=collect,tmp_path,run,replay prun -rA -p no:cacheprovider "$@"
    plain "$out" >"$work/with"
    [ "$rc" = "$without" ] && ok "the same with ${*:-no option}" diff "$work/without" "$work/with"
}

for suite in demo results scopes; do
    use "$suite"
    for tb in long short native line; do
        same --tb="$tb"
    done
done

# Outcomes that pluggy has a hand in: hooks and wrappers that raise, at either end, and what looks at the calls.
fresh
put conftest.py <<'PY'
import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    outcome = yield
    if item.name == "test_forced":
        outcome.force_result(None)
    if item.name == "test_raised":
        raise LookupError("of the wrapper")
    if item.name == "test_twice":
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    if item.name == "test_setup":
        raise StopIteration("of the hook")


def pytest_runtest_teardown(item):
    if item.name == "test_teardown":
        pytest.skip("of the hook")


def pytest_pyfunc_call(pyfuncitem):
    if pyfuncitem.name == "test_exit":
        raise KeyboardInterrupt
PY
put test_wrapped.py <<'PY'
import sys
import warnings

import pytest


def test_forced():
    assert 0


def test_raised():
    assert 0, "before"


def test_twice():
    pass


def test_setup():
    pass


def test_teardown():
    pass


def test_returns():
    return 1


def test_arguments(*, missing):
    pass


@pytest.mark.xfail(raises=KeyError, strict=True)
def test_strict():
    raise ValueError


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="how deep a test gets is not the same there")
def test_deep():
    def deeper(n):
        return deeper(n + 1)

    deeper(0)
PY
for tb in long short native; do
    same --tb="$tb" -W error
    same --tb="$tb"
done
same -n 1 --tb=long
same --full-trace
prun --full-trace -n 1 -v
has 'not hooks: --full-trace' "arguments of pluggy's functions are seen"
put test_z.py <<'PY'
def test_exit():
    pass
PY
same --tb=long
is "$rc" 2 "an interrupt in a hook"

# An error of pytest's own, whose traceback has all frames.
put conftest.py <<'PY'
def pytest_runtest_logreport(report):
    if report.nodeid.endswith("test_twice"):
        raise ValueError("in a hook")
PY
same
has 'INTERNALERROR>.*pluggy' "pluggy's frames are in tracebacks"

# Which hook calls are traced, and that nothing is in C then.
fresh
put test_it.py <<'PY'
pytest_plugins = "pytester"


def test_recorded(pytester, request):
    pytester.makepyfile("def test(): pass")
    result = pytester.inline_run("-p", "no:cacheprovider")
    result.assertoutcome(passed=1)
    assert result.getcall("pytest_runtest_protocol").item.name == "test"
    called = []
    undo = request.config.pluginmanager.add_hookcall_monitoring(
        lambda name, impls, kwargs: called.append((name, sorted(kwargs))), lambda *args: None
    )
    try:
        request.config.hook.pytest_report_teststatus(report=result.getreports()[0], config=request.config)
    finally:
        undo()
    assert called == [("pytest_report_teststatus", ["config", "report"])]
PY
prun -n 1 -v
has '1 passed' "monitored calls"
has '^short cuts: .*hooks' "-v says that it is on"
prun -n 1 -v --debug=debug.log
has 'not hooks: hook calls are traced' "and why it is not"
ok "calls are in the debug log" grep -q 'pytest_runtest_protocol' debug.log

# Random calls, through pluggy's functions and ours.
prun -q -p no:cacheprovider "$T/hooks/test_alike.py"
ok "random hooks: the same calls, results, exceptions" test "$rc" -eq 0

done_testing
