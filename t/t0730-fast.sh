#!/usr/bin/env bash
# Short cuts through pytest: with and without them comes out the same.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

# Times, addresses and the names of threads differ from run to run; as do lines that say what was taken.
same_words() {
    sed -E 's/in [0-9.]+s( \([0-9:]+\))?//; s/0x[0-9a-f]+/0xX/g; s/\.\.\.[0-9a-f]*>/...>/g; s/<Thread\(bad, [a-z]+ [0-9]+/<Thread/; s/^=+|=+$//g
        s/ (time|timestamp|hostname)="[^"]*"//g; /^short cuts:/d; s/pytest-of-[^/]*\/pytest-[0-9]+/TMP/g' "$1"
}

# compare WHAT SUITE OPTION...: prun with and without the short cuts; the number of workers is among the options.
compare() {
    local what=$1 suite=$2 with
    shift 2
    prun "$@" -p no:cacheprovider --basetemp="$work/t" "$suite"
    with=$rc
    same_words "$out" >"$work/with"
    same_words "$err" >>"$work/with"
    [ ! -f "$work/junit.xml" ] || same_words "$work/junit.xml" >>"$work/with"
    prun "$@" -p no:cacheprovider --basetemp="$work/t" --no-fast "$suite"
    same_words "$out" >"$work/without"
    same_words "$err" >>"$work/without"
    [ ! -f "$work/junit.xml" ] || same_words "$work/junit.xml" >>"$work/without"
    is "$with" "$rc" "$what: the same exit status"
    ok "$what: the same words" diff "$work/with" "$work/without"
}

odd=$T/suites/fast

compare 'the odd suite, all told' "$odd" -n 1 -rA
compare 'the odd suite, quietly' "$odd" -n 1 -q
compare 'the odd suite, in words' "$odd" -n 1 -v
compare 'the odd suite, as JUnit' "$odd" -n 1 --junitxml="$work/junit.xml" -o junit_logging=all
rm -f "$work/junit.xml"
compare '--tb=native' "$odd" -n 1 --tb=native
compare '--full-trace' "$odd" -n 1 --full-trace -k 'fails or fail'
compare '--tb=line' "$odd" -n 1 --tb=line
compare '--runxfail' "$odd" -n 1 --runxfail -rA
compare '--maxfail' "$odd" -n 1 --maxfail=3
compare '--capture=sys' "$odd" -n 1 --capture=sys -rA -k 'not (descriptor or child or close or move)'
compare '--log-level' "$odd" -n 1 --log-level=INFO -rA
compare '-p no:logging' "$odd" -n 1 -p no:logging -rA -k 'not (log or handler)'
compare '-p no:faulthandler' "$odd" -n 1 -p no:faulthandler -rA
compare '-p no:warnings' "$odd" -n 1 -p no:warnings -rA
# Of a traceback of nothing but pytest's own code there is less to see: see py/prun/fast/run.py.
compare 'warnings as errors' "$odd" -n 1 -W error -rA -k 'not (returns or unraisable or thread)'
compare 'serially' "$odd" -rA
# The traceback of a group of errors is cut nowhere: who looks there finds fewer of pytest's entries (fast/run.py).
compare '--isolate' "$odd" -n 1 --isolate -rA -k 'not finalizer_fails'
compare '--isolate=unit' "$odd" -n 1 --isolate=unit -rA -k 'not finalizer_fails'
compare 'the demo' "$T/suites/demo" -n 1 -q
compare 'scopes' "$T/suites/scopes" -n 1 -rA
compare 'results' "$T/suites/results" -n 1 -rA

# ---- with hooks of the suite's own around it ----

cp -R "$odd" "$work/hooked"
cat >>"$work/hooked/conftest.py" <<'PY'


import logging
import sys


def pytest_runtest_setup(item):
    print("before the set-up of", item.name, os.environ.get("PYTEST_CURRENT_TEST", "nobody").rpartition("::")[2])
    if item.name == "test_order":
        pytest.skip("by a hook")
    if item.name == "test_fails":
        item.add_marker(pytest.mark.xfail(reason="by a hook"))
    if item.name == "test_raises":
        raise OSError("in a hook")


def pytest_runtest_call(item):
    logging.warning("before the call of %s", item.name)


def pytest_runtest_teardown(item, nextitem):
    if item.name == "test_logs":
        print("next is", nextitem and nextitem.name, os.environ["PYTEST_CURRENT_TEST"].rpartition("::")[2])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    report.extra_words = f"{call.when} of {item.name}"
    report.sections.append(("of a hook", report.extra_words))
    if item.name == "test_nothing":
        print("written while a report is made")
        print("and by its error", file=sys.stderr)
        logging.warning("logged while a report is made")
    if item.name == "test_marked" and call.when == "call":
        report.outcome = "failed"
        report.longrepr = "failed by a hook"


def pytest_terminal_summary(terminalreporter):
    for kind, reports in terminalreporter.stats.items():
        for report in reports:
            if hasattr(report, "extra_words"):
                terminalreporter.write_line(f"{kind}: {report.extra_words} {len(report.sections)}")
PY
compare 'under hooks' "$work/hooked" -n 1 -rA
compare 'under hooks, isolated' "$work/hooked" -n 1 --isolate -rA -k "not finalizer_fails"
compare 'under hooks, quietly' "$work/hooked" -n 1 -q
compare 'under hooks, as JUnit' "$work/hooked" -n 1 --junitxml="$work/junit.xml" -o junit_logging=all
rm -f "$work/junit.xml"
prun -n 1 -v "$work/hooked/test_zstop.py"
has '^short cuts: [^;]*run' 'and the short cut is taken'

# ---- where somebody has put something else in the place of what is done ----

mkdir "$work/replaced" "$work/closed"
cat >"$work/replaced/conftest.py" <<'PY'
import pytest

called = []


def pytest_collection_modifyitems(items):
    for item in items[:2]:
        for name in ("runtest", "setup", "teardown"):
            setattr(item, name, lambda own=getattr(item, name), what=(name, item.name): (called.append(what), own()))


@pytest.fixture
def said():
    return called
PY
printf '%s\n' 'def test_1(): pass' 'def test_2(): pass' 'def test_3(said): assert len(said) == 6, said' >"$work/replaced/test_r.py"
compare 'methods of items that a conftest replaced' "$work/replaced" -n 1 -rA
ok 'are called' grep -q '3 passed' "$out"
printf '%s\n' 'import sys' 'def test_1(): sys.stdout.close()' 'def test_2(): print(1); assert 0' >"$work/closed/test_c.py"
prun -n 1 -q "$work/closed"
ok 'a test that closes what is captured costs that test' grep -q '2 failed, 1 error' "$out"

# ---- which are taken ----

prun -n 1 -v "$odd/test_zstop.py"
has '^short cuts: [^;]*run' '-v says which are taken'
has 'not replay: -v' 'and why one is not'
prun -n 1 -v --no-fast "$odd/test_zstop.py"
has '^short cuts: none; .*not run: --no-fast' '--no-fast takes none'
PRUN_NO_FAST=run prun -n 1 -v "$odd/test_zstop.py"
has 'not run: PRUN_NO_FAST' 'and PRUN_NO_FAST not those that it names'

# ---- who wants to hear of everything hears of everything ----

put conftest.py <<'PY'
heard = []


def pytest_runtest_logreport(report):
    heard.append(report.when)


def pytest_terminal_summary(terminalreporter):
    stats = terminalreporter.stats
    terminalreporter.write_line(f"heard {len(heard)}, kept {len(stats['passed'])} {[r.when for r in stats['']][:2]}")
PY
put test_two.py <<'PY'
def test_one():
    pass


def test_two():
    pass
PY
prun -n 1
has "^heard 6, kept 2 \['setup', 'teardown'\]" 'a conftest that listens hears of all phases'

put conftest.py <<'PY'
def pytest_terminal_summary(terminalreporter):
    stats = terminalreporter.stats
    write = terminalreporter.write_line
    write(f"kept {len(stats['passed'])} and {len(stats[''])}")
    write(f"all {len([*stats['passed']])} {len([] + stats['passed'])} {len(stats['passed'] + [])} {len(sorted(stats[''], key=id))}")
    write(f"whens {sorted({r.when for r in stats['']})} {sorted({r.when for r in stats['passed']})}")
    last = stats["passed"][-1]
    write(f"last {last.nodeid} {last.outcome} {last.worker_id} {last.location} {sorted(last.keywords)[-1]} {last.duration >= 0}")
PY
{ for i in $(seq 300); do printf 'def test_%d():\n    pass\n\n\n' "$i"; done; } >test_two.py
prun -n 1
has '^kept 300 and 600' 'reports that are made late are counted at once'
has '^all 300 300 300 600' 'and are there for who looks'
has "^whens \['setup', 'teardown'\] \['call'\]" 'as what they are'
has "^last test_two.py::test_300 passed gw0 \('test_two.py', [0-9]+, 'test_300'\) test_two.py True" 'with all that reports have'
prun -n 1 -rA
is "$(grep -c '^PASSED test_two.py::test_' "$out")" 300 '-rA lists them'
prun -n 1 --durations=0 -vv
ok '--durations shows them' test "$(grep -Ec '^[0-9.]+s (call|setup|teardown) +test_two' "$out")" -eq 900

done_testing
