#!/usr/bin/env bash
# pytest_xdist_make_scheduler: units of a suite's own are followed, with and without xdist; other schedulers are refused.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
export PYTHONPATH=$T/tools

# An environment that has what the interpreter has, but xdist.
"$PRUN_TEST_PYTHON" -m venv --without-pip "$work/venv"
site=$("$work/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
packages=$("$PRUN_TEST_PYTHON" -c 'import os, pytest; print(os.path.dirname(os.path.dirname(pytest.__file__)))')
for entry in "$packages"/*; do
    case ${entry##*/} in xdist | pytest_xdist*) ;; *) ln -s "$entry" "$site" ;; esac
done

put test_letters.py <<'PY'
import pytest


@pytest.mark.parametrize("letter", "abc" * 6)
def test_letter(letter):
    pass


@pytest.mark.xdist_group("last")
def test_last():
    pass
PY

# scheduler BODY: conftest.py has a scheduler with it.
scheduler() {
    put conftest.py <<PY
from xdist.scheduler.loadscope import LoadScopeScheduling
from xdist.scheduler import LoadFileScheduling, LoadGroupScheduling, LoadScheduling


$1


def pytest_xdist_make_scheduler(config, log):
    log("making", what="scheduler")
    return Mine(config, log)
PY
}
alone() {
    "$PRUN_TEST_PYTHON" - <<'PY'
import os
import re

unit = {}
for line in open(os.environ["OUT"]):
    found = re.match(r"\[(gw\d)\] .*(test_letters\S+)", line)
    if found:
        key = re.search(r"\[(.)|last", found[2])[0]
        unit.setdefault(key, set()).add(found[1])
print(sorted(unit), all(len(workers) == 1 for workers in unit.values()))
PY
}
export OUT=$out

units='class Mine(LoadScopeScheduling):
    def __init__(self, config, log=None):
        super().__init__(config, log)
        self.of = {}

    def letter(self, nodeid):
        return nodeid.partition("[")[2][:1] or ("of none",)

    def _split_scope(self, nodeid):
        return self.letter(nodeid)'

all() {
    scheduler "$units"
    prun -n 4 -v -p no:cacheprovider
    is "$rc $(summary)" '0 19 passed' "$1: all ran"
    has '^4 workers \[19 items\], Mine$' "$1: as many workers as units, and it is named"
    is "$(alone)" "['[a', '[b', '[c', 'last'] True" "$1: each unit on one worker"
    scheduler 'class Mine(LoadGroupScheduling):
    def _split_scope(self, nodeid):
        assert nodeid.endswith("@last") or "[" in nodeid
        return super()._split_scope(nodeid)'
    prun -n 2 --dist loadgroup
    is "$rc $(summary)" '0 19 passed' "$1: --dist loadgroup: the name of the group is seen"
    scheduler 'Mine = LoadFileScheduling'
    prun -n 2
    has '^1 worker \[19 items\], LoadFileScheduling$' "$1: one of xdist's own"
    scheduler 'class Mine(LoadScheduling):
    pass'
    prun -n 2
    is "$rc $(summary)" '0 19 passed' "$1: one without units"
    scheduler 'class Mine(LoadScheduling):
    def remove_node(self, node):
        pass

    def schedule(self):
        pass'
    prun -n 2
    is "$rc" 4 "$1: one that decides for itself is refused"
    ok "$1: in a line that names it, and what it does" \
        grep -q '^ERROR: pytest_xdist_make_scheduler: Mine has its own remove_node, schedule; ' "$err"
    scheduler 'class Mine:
    def __init__(self, config, log):
        pass'
    prun -n 2
    is "$rc" 4 "$1: one that is not made of xdist's is refused"
    prun -n 2 --collect-only -q
    is "$rc" 0 "$1: --collect-only needs none"
}

if have_xdist; then all 'with xdist'; else skip 'no xdist' 'with xdist'; fi
export VIRTUAL_ENV=$work/venv
all 'without xdist'
prun
is "$rc" 4 'without xdist, serial prun knows no xdist.scheduler, as pytest'
rm conftest.py
prun -n 2
has '^2 workers \[19 items\], --dist duration$' 'without a scheduler'

done_testing
