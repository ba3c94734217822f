#!/usr/bin/env bash
# --doctor: what held up the last run, from what it has left.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

last=.pytest_cache/d/prun/last.json

# record EXPRESSION: of the record `d`.
record() { "$PRUN_TEST_PYTHON" -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$last" "$1"; }

# ---- no record ----

put test_a.py <<'PY'
import os, time, pytest

@pytest.fixture(scope="session")
def server(): time.sleep(0.05)

@pytest.mark.parametrize("n", range(6))
def test_a(n, server): pass

def test_slow(): time.sleep(0.4)

def test_other(): time.sleep(0.3)

def test_fail(): assert 0
PY
printf 'def test_%d(): pass\n' 1 2 3 >test_b.py
prun --doctor
is "$rc" 1 'without a record there is nothing to examine'
is "$(cat "$err")" "prun: there is no record of a run in $PWD/$last; run the tests once with -n" 'one sentence says so'
is "$(cat "$out")" '' 'and nothing else'
prun --doctor -p no:cacheprovider
is "$rc $(cat "$err")" "1 prun: there is no record of a run in pytest's cache, which is turned off; run the tests once with -n" 'nor without a cache'
prun -q
prun --doctor
is "$rc" 1 'a run without workers leaves none'
prun --doctor -n 2 --xdist-exact
is "$rc" 1 'whatever else is asked for'

# ---- what a run leaves ----

prun -n 2 --dist loadfile
is "$(record 'd["version"], d["mode"], d["workers"], d["tests"], d["exact"], d["died"]')" "(1, 'loadfile', 2, 12, False, 0)" 'the run'
is "$(record 'sum(lane[0] for lane in d["lanes"]), d["longest"][0][0], [u[0] for u in d["units"]]')" \
    "(12, 'test_a.py::test_slow', ['test_a.py', 'test_b.py'])" 'workers, tests and units'
is "$(record 'all(s >= 0 for s in d["seconds"].values()) and d["seconds"]["tests"] >= 0.3')" True 'times'
cp "$last" before
prun --doctor
is "$rc" 0 'the doctor has something to examine'
has '^the run of .*: 12 tests, 2 workers, --dist loadfile, [0-9.]+ s$' 'the run'
has 'running tests$' 'where the time went'
has '^  workers: [0-9]+% busy \([0-9]+% set-ups\), [0-9]+% idle$' 'and what workers did'
has '^1\. ' 'something held it up'
ok 'examining leaves the record as it is' cmp before "$last"
hasnt 'test session starts' 'no session'
for mode in duration load loadscope loadgroup worksteal each; do
    prun -n 2 --dist "$mode"
    is "$(record 'd["mode"]')" "$mode" "--dist $mode"
    prun --doctor
    is "$rc" 0 "--dist $mode is examined"
done
prun -n 2 --xdist-exact
is "$(record 'd["exact"], d["tests"]')" '(True, 12)' '--xdist-exact'

# What each worker sets up, though not for its first test.
fresh
for file in a b; do
    put "test_$file.py" <<'PY'
import time, pytest

def test_first(): pass

@pytest.mark.parametrize("n", range(9))
def test_with(n, server): pass
PY
done
put conftest.py <<'PY'
import time, pytest

@pytest.fixture(scope="session")
def server(): time.sleep(0.5)
PY
prun -n 2 --dist loadfile
is "$(record 'all(0.4 < lane[3] for lane in d["lanes"]), d["shared"][0] in ("test_a.py::test_with[0]", "test_b.py::test_with[0]")')" \
    '(True, True)' 'a set-up for the session is found'

# ---- ends ----

fresh
put test_a.py <<<'def test_fail(): assert 0'
printf 'def test_%d(): pass\n' 1 2 3 >test_b.py

prun -n 2 -x
prun --doctor
is "$rc" 0 'a run that -x ended'
put test_c.py <<'PY'
import os
def test_dies(): os._exit(1)
PY
prun -n 1 test_c.py test_b.py
is "$(record 'd["died"]')" 1 'a worker that was replaced'
prun --doctor
is "$rc" 0 'is examined'
for junk in '' '{' '[]' '{"version":1}' '{"version":2}' '{"version":1,"tests":3,"lanes":[[1]],"units":[1]}'; do
    printf '%s' "$junk" >"$last"
    prun --doctor
    is "$rc $(wc -l <"$err")" '1 1' "a record that makes no sense: $junk"
done
prun --help
has '^ *--doctor ' '--help has it'
done_testing
