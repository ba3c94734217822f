#!/usr/bin/env bash
# Marks that say when a test may run: serial, resource, priority.  A ledger says who ran while whom.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
export PYTHONPATH=$T/tools LEDGER=$work/ledger

# ledger ARGUMENTS...: prun with a new one.
ledger() {
    rm -f "$LEDGER"
    prun -p ledger "$@"
}
started() { sed -n 's/^+ [^ ]* //p' "$LEDGER"; }

# kept WHAT: no test has run twice, and none has met one whom it must not.
kept() {
    ok "$1: slots and solitude" tool ledger "$LEDGER" test_db,test_both=2 test_net,test_both=1
    is "$(started | sort | uniq -d)" '' "$1: none ran twice"
}

# ---- in every mode ----

suite() {
    fresh
    put test_serial.py <<'PY'
import pytest

pytestmark = pytest.mark.serial


@pytest.mark.parametrize("n", range(4))
def test_serial(n):
    pass
PY
    put test_db.py <<'PY'
import pytest


@pytest.mark.parametrize("n", range(8))
@pytest.mark.resource("db", slots=2)
def test_db(n):
    pass


@pytest.mark.resource("net")
class TestNet:
    @pytest.mark.parametrize("n", range(3))
    def test_net(self, n):
        pass

    @pytest.mark.parametrize("n", range(3))
    @pytest.mark.resource("db", slots=2)
    def test_both(self, n):
        pass
PY
    put test_net.py <<'PY'
import pytest


@pytest.mark.parametrize("n", range(10, 14))
@pytest.mark.resource("net")
def test_net(n):
    pass


@pytest.mark.priority(2)
def test_first():
    pass
PY
    put test_plain.py <<'PY'
import pytest


@pytest.mark.parametrize("n", range(20))
def test_plain(n):
    pass


@pytest.mark.serial
def test_serial_too():
    pass


@pytest.mark.priority(-1.5)
def test_late():
    pass
PY
}

suite
for mode in duration load worksteal loadscope loadfile loadgroup; do
    ledger -n 3 --dist "$mode" --strict-markers
    is "$rc $(summary)" '0 45 passed' "$mode: all pass, with --strict-markers"
    kept "$mode"
    [ "$mode" != load ] || is "$(started | tail -n 5 | grep -c serial)" 5 "$mode: serial ones run last"
done
ledger -n 3 --xdist-exact
is "$rc $(summary)" '0 45 passed' '--xdist-exact: all pass'
kept --xdist-exact
ledger
is "$(started)" "$("$PRUN" --collect-only -q | sed -n 's/.*:://p')" 'without workers they run in the order of collection'

ledger -n 3 --dist each
is "$rc" 4 '--dist each is refused'
ok 'in one sentence' grep -q '^ERROR: --dist each runs every test on all workers at once, which the mark resource of test_db.py::test_db\[0\] forbids$' "$err"
ledger -n 1 --dist each
is "$rc $(summary)" '0 45 passed' '--dist each with one worker is not'

# ---- how many at once ----

fresh
put test_two.py <<'PY'
import ledger
import pytest


@pytest.mark.parametrize("n", range(2))
@pytest.mark.resource("db", slots=2)
def test_meets(n):
    ledger.meet(2)


@pytest.mark.parametrize("n", range(6))
@pytest.mark.resource("db", slots=2)
def test_db(n):
    pass
PY
ledger -n 4
is "$rc $(summary)" '0 8 passed' 'two slots: two tests do run at once'
has '^2 workers \[8 items\]' 'no more workers than can have work'
kept 'two slots'
ledger -n 2
has '^2 workers' 'as many slots as workers'
is "$rc" 0 'are no limit'

put test_two.py <<'PY'
import ledger
import pytest


@pytest.mark.resource("db")
def test_holds():
    ledger.meet(13)


@pytest.mark.parametrize("n", range(3))
@pytest.mark.resource("db")
def test_waits(n):
    pass


@pytest.mark.parametrize("n", range(12))
def test_plain(n):
    pass
PY
for mode in duration load worksteal loadgroup; do
    ledger -n 2 --dist "$mode"
    is "$rc $(summary)" '0 16 passed' "$mode: while one has the slot the others run what needs none"
done

put test_two.py <<'PY'
import pytest


@pytest.mark.serial
@pytest.mark.parametrize("n", range(4))
def test_serial(n):
    pass
PY
ledger -n 4
is "$rc $(summary)" '0 4 passed' 'serial tests alone'
has '^1 worker \[4 items\]' 'need one worker'

# ---- crashes, and workers that stop early ----

suite
cat >>test_db.py <<'PY'


@pytest.mark.parametrize("n", range(20, 24))
@pytest.mark.resource("net")
@pytest.mark.resource("db", slots=2)
def test_both_dies(n, request):
    import os

    import ledger

    ledger.leave(request)
    if n % 2:
        raise KeyboardInterrupt
    os._exit(3)
PY
cat >>test_serial.py <<'PY'


@pytest.mark.parametrize("n", range(2))
def test_serial_dies(n, request):
    import os

    import ledger

    ledger.leave(request)
    os._exit(3)
PY
for mode in duration load worksteal loadscope loadfile loadgroup; do
    ledger -n 3 --dist "$mode"
    is "$rc $(summary)" '1 6 failed, 45 passed' "$mode: of those that end with their worker all others run"
    kept "$mode, crashes"
done

# ---- the order ----

fresh
put test_order.py <<'PY'
import pytest


def test_a():
    pass


@pytest.mark.priority(-1)
def test_last():
    pass


@pytest.mark.priority(0.5)
class TestB:
    def test_second(self):
        pass

    @pytest.mark.priority(10)
    def test_first(self):
        pass

    @pytest.mark.priority(0)
    def test_b(self):
        pass
PY
for mode in duration load worksteal; do
    ledger -n 1 --dist "$mode"
    is "$(started | paste -sd ' ')" 'test_first test_second test_a test_b test_last' "$mode: by priority, the closest mark counts"
done
ledger -n 1 --dist loadscope
is "$(started | paste -sd ' ')" 'test_second test_first test_b test_a test_last' 'loadscope: units by their highest'

# ---- what is said ----

prun --markers
is "$(grep -cE '^@pytest.mark.(serial|resource\(name, slots=1\)|priority\(n\)): ' "$out")" 3 '--markers tells of them'

# refused MARK SENTENCE: a test with that mark is.
refused() {
    fresh
    put test_wrong.py <<PY
import pytest


@pytest.mark.resource("db", slots=2)
def test_right():
    pass


@pytest.mark.$1
def test_wrong():
    pass
PY
    prun -n 2
    is "$rc" 4 "$1 is refused"
    ok "$1: in one sentence" grep -Fxq "ERROR: test_wrong.py::test_wrong: $2" "$err"
}
refused 'resource("db")' "resource 'db' with slots=1, and elsewhere slots=2"
for mark in 'resource' 'resource("")' 'resource("x", slots=0)' 'resource("x", slots=True)' 'resource("x", lots=2)'; do
    refused "$mark" 'the mark resource takes a name, and perhaps slots=, 1 or more'
done
refused 'priority("high")' 'the mark priority takes one number'
prun -n 2 --xdist-exact
is "$rc" 4 '--xdist-exact: likewise'
ok '--xdist-exact: in one sentence' grep -q 'the mark priority takes one number$' "$err"
prun
is "$rc" 0 'without workers nobody reads them'
echo 'def pytest_configure(config): config.addinivalue_line("markers", "priority(name): what testers call it")' >conftest.py
prun -n 2
is "$rc $(summary)" '0 2 passed' 'a mark that the suite itself has under this name is left to it'

done_testing
