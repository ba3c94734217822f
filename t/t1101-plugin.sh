#!/usr/bin/env bash
# `python -m prun` and `pytest -p prun`: prun in an interpreter, and in a pytest, that somebody else has started.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

place=$(dirname "$PRUN")/py
export PYTHONPATH=$place

module() { run "$PRUN_TEST_PYTHON" -m prun "$@"; }
guest() { run "$PRUN_TEST_PYTHON" -m pytest -p prun "$@"; }

# told FILE: exit status and outcomes of each test of the last run, from its JUnit file.
told() { echo "$rc" && tool junit "$1" 2>/dev/null; }

# alike DESCRIPTION ARGUMENTS...: prun, the module and the plugin come to the same exit status and outcomes.
alike() {
    local what=$1 how
    shift
    prun "$@" --junitxml="$work/prun.xml"
    told "$work/prun.xml" >"$work/wanted"
    for how in module guest; do
        $how "$@" --junitxml="$work/$how.xml"
        told "$work/$how.xml" >"$work/got"
        ok "$how: $what" diff "$work/wanted" "$work/got"
    done
}

for xdist in '' '-p no:xdist'; do
    have_xdist || [ -z "$xdist" ] || continue
    with="with${xdist:+out} xdist"
    use results
    # shellcheck disable=SC2086
    alike "$with: a suite of all outcomes" -n 2 $xdist
    use crash
    # shellcheck disable=SC2086
    alike "$with: crashes" -n 2 --dist loadfile $xdist
done
has 'crashed while running' 'and it was prun that told of them'

use results
alike 'no workers' -n 0
alike 'each worker collects for itself' -n 2 --xdist-exact
alike '-x' -n 1 -x
alike 'a wrong option' -n 2 --dist nonsense
alike 'nothing selected' -n 2 -k nothing_is_called_so

# ---- where it can be asked for ----

fresh
echo 'def test_worker(worker_id): assert worker_id == "gw0"' >test_one.py
printf '[pytest]\naddopts = -p prun -n 2\n' >pytest.ini
pytest -q
is "$rc $(summary)" '0 1 passed' 'in addopts'
prun -q
is "$rc $(summary)" '0 1 passed' 'and prun itself runs that suite as well'
rm pytest.ini
run env PYTEST_PLUGINS=prun "$PRUN_TEST_PYTHON" -m pytest -q -n 2
is "$rc $(summary)" '0 1 passed' 'in PYTEST_PLUGINS'
guest -n 2 -p no:prun
hasnt 'dist duration' '-p no:prun: it takes no part'
echo 'pytest_plugins = ["prun"]' >conftest.py
pytest -q
is "$rc $(grep -c '^ERROR: a conftest is too late to load prun' "$err")" '4 1' 'not in a conftest, which is told'
rm conftest.py

# ---- from a script, more than once ----

put both.py <<'PY'
import gc
import sys

import pytest


class Counts:
    def __init__(self):
        self.workers = []

    def pytest_runtest_logreport(self, report):
        if report.when == "call":
            self.workers.append(getattr(report, "worker_id", None))


frozen = gc.get_freeze_count()
for args in (["-p", "prun", "-n", "2"], ["-p", "prun", "-n", "2", "--xdist-exact"], ["-k", "plain"]):
    counts = Counts()
    print(int(pytest.main(["-q", "test_both.py", *args], plugins=[counts])), sorted(set(map(str, counts.workers))))
print(max(0, gc.get_freeze_count() - frozen), sorted(n for n in sys.modules if n in ("prun.main", "prun.verify.command")))  # 3.12 itself begins with some
PY
put test_both.py <<'PY'
def test_plain():
    pass


def test_other():
    pass
PY
run "$PRUN_TEST_PYTHON" both.py
is "$rc $(grep -E "^[0-9] \[" "$out" | tr '\n' ';')" "0 0 ['gw0', 'gw1'];0 ['gw0', 'gw1'];0 ['None'];0 [];" \
    'pytest.main() several times in a process, with and without'

# ---- what the suite sees of it ----

put test_seen.py <<'PY'
import sys


def test_seen():
    import _pytest.assertion.rewrite as rewrite

    for name, module in sys.modules.items():
        if name.startswith("prun.") and name not in ("prun.guest", "prun.__main__"):
            assert not hasattr(module, "__file__"), name
            assert type(module.__loader__) is not rewrite.AssertionRewritingHook, name
PY
guest -q -n 2 test_seen.py
is "$rc $(summary)" '0 1 passed' "prun's modules have no files, and pytest does not rewrite them"

done_testing
