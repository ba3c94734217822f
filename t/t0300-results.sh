#!/usr/bin/env bash
# What reporters are told with two workers is what they are told in one process.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
export PYTHONPATH=$T/tools
use results

xml=(-o junit_family=legacy -o junit_logging=all -p replog -p no:cacheprovider -rA --durations=3)
same=()
have_xdist || same=(-p fixtures_of_xdist)
run env REPLOG="$work/log.serial" "$PRUN_TEST_PYTHON" -m pytest "${same[@]}" "${xml[@]}" --junitxml="$work/serial.xml"
serial_rc=$rc serial=$(summary)
warnings=$(sed -n '/warnings summary/,/Docs:/p' "$out" | sort)
# passes: what -rA shows of passed tests.
passes() { sed -n '/=* PASSES =*/,/generated xml/p' "$out" | grep -vE '^\[gw|^=|generated xml' | sort; }
passes=$(passes)

for mode in load worksteal duration; do
    run env REPLOG="$work/log" "$PRUN" -n 2 --dist $mode "${xml[@]}" --junitxml="$work/prun.xml"
    is "$rc" "$serial_rc" "$mode: exit status"
    is "$(summary)" "$serial" "$mode: counts"
    ok "$mode: every report, warning, start and finish is equal as data" diff "$work/log" "$work/log.serial"
    ok "$mode: JUnit XML is equal as data" \
        diff <(tool junit "$work/prun.xml") <(tool junit "$work/serial.xml")
    is "$(sed -n '/warnings summary/,/Docs:/p' "$out" | sort)" "$warnings" "$mode: warnings summary"
    ok "$mode: -rA shows the same output of passed tests" diff <(passes) <(echo "$passes")
    has 'slowest 3 durations' "$mode: --durations"
    is "$(cat "$err")" '' "$mode: nothing on standard error"
done
ok 'JUnit XML has tests in order of collection' diff \
    <(grep -o '<testcase [^>]*name="[^"]*"' "$work/prun.xml" | sed 's/ time=.*//') \
    <(grep -o '<testcase [^>]*name="[^"]*"' "$work/serial.xml" | sed 's/ time=.*//')
ok 'five megabytes arrive whole' grep -q 'x\{30000\}END' "$work/prun.xml"

# Each failing test prints its own number: no report may show another's.
mixed=$(awk '/^_+ test_own_output\[/ { match($0, /\[[0-9]+\]/); n = substr($0, RSTART + 1, RLENGTH - 2) }
    /^<[0-9]+>$/ && n != "" && $0 != "<" n ">" { print n, $0 } /short test summary/ { n = "" }' "$out")
is "$mixed" '' 'no output in the report of another test'

prun -n 2 -v
ok '-v: one line a test, with its worker' test "$(grep -Ec '^\[gw[01]\] \[ *[0-9]+%\] [A-Z]+ ' "$out")" -ge 79
has '^\[gw[01]\] \[100%\]' '-v: progress ends at 100%'

for capture in sys no tee-sys; do
    pytest -q --capture=$capture test_more.py test_subtests.py
    want="$rc $(summary)"
    prun -n 2 -q --capture=$capture test_more.py test_subtests.py
    is "$rc $(summary)" "$want" "--capture=$capture: counts"
done

# A plugin that counts on its items: pytest-rerunfailures does, for its exit status.
fresh
put conftest.py <<'PY'
items, seen = [], {}


def pytest_runtest_call(item):
    item.calls = getattr(item, "calls", 0) + 1
    item.tag = f"{item.name}!"
    item.live = object()


def pytest_runtest_logreport(report):
    if report.when == "teardown":
        seen[report.nodeid] = [item.calls for item in items if item.nodeid == report.nodeid]


def pytest_collection_finish(session):
    items.extend(session.items)


def pytest_sessionfinish(session):
    for item in session.items:
        print("\nitem", item.calls, item.tag, hasattr(item, "live"), seen[item.nodeid])
PY
put test_items.py <<'PY'
def test_one():
    pass


def test_two():
    pass
PY
prun -n 2 -q -s
is "$(grep -c '^item 1 test_\(one\|two\)! False \[1\]$' "$out")" 2 'plain attributes that an item got while it ran are there afterwards'

fresh
put test_properties.py <<'PY'
import pytest


@pytest.fixture(scope="session", autouse=True)
def host(record_testsuite_property):
    record_testsuite_property("host", "here")


@pytest.mark.parametrize("n", range(12))
def test_properties(n, record_testsuite_property):
    record_testsuite_property(f"number {n}", n)
PY
properties() { grep -o '<property name="[^>]*>' "$1"; }
pytest -q --junitxml="$work/serial.xml"
prun -n 3 -q --junitxml="$work/prun.xml"
ok 'properties of the suite are in the order of collection, each once' \
    diff <(properties "$work/prun.xml") <(properties "$work/serial.xml")

done_testing
