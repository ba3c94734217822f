#!/usr/bin/env bash
# --random-order: tests in an order that a seed decides.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

if "$PRUN_TEST_PYTHON" -c 'import random_order' 2>/dev/null; then
    skip 'pytest-random-order is installed' 'the options are its own'
    done_testing
fi

for m in a b c d; do
    put "p$m/test_$m.py" <<'PY'
import pytest


@pytest.mark.parametrize("n", range(5))
def test_n(n):
    pass


@pytest.mark.random_order(disabled=True)
class TestFixed:
    def test_1(self):
        pass

    def test_2(self):
        pass

    def test_3(self):
        assert 1
PY
done
# order: of the last run, node ids as they were collected or run.
order() { sed -n 's/^\(.*::test_[^ ]*\).*/\1/p' "$out"; }
# shellcheck disable=SC2317
differ() { ! cmp -s "$1" "$2"; }
list() { prun --collect-only -q "$@" && order >"$work/list"; }

list
cp "$work/list" "$work/plain"
list --random-order=7
cp "$work/list" "$work/seven"
ok 'another order' differ "$work/plain" "$work/seven"
ok 'of the same tests' cmp <(sort "$work/plain") <(sort "$work/seven")
list --random-order 7
ok 'the same seed, the same order' cmp "$work/list" "$work/seven"
list --random-order-seed=7
ok '--random-order-seed' cmp "$work/list" "$work/seven"
list --random-order=8
ok 'another seed, another order' differ "$work/list" "$work/seven"
# runs of lines of the same file
files() { sed 's/::.*//' "$work/list" | uniq | wc -l; }
list --random-order=7
is "$(files)" 4 'modules stay together'
list --random-order=7 --random-order-bucket=test
ok 'tests of all modules' test "$(files)" -gt 4
is "$(grep -A 2 'TestFixed::test_1' "$work/list" | grep -c TestFixed)" 12 'but those that keep their order'
list --random-order=7 --random-order-bucket=class
is "$(grep -v TestFixed "$work/list" | sed 's/::.*//' | uniq | wc -l)" 4 'classes'

prun --random-order pa/test_a.py
is "$rc" 0 'what follows the option is no seed'
has '^random order: seed [0-9]+, by module$' 'the seed is said'
seed=$(sed -n 's/^random order: seed \([0-9]*\),.*/\1/p' "$out")
list pa/test_a.py --random-order="$seed"
cp "$work/list" "$work/again"
prun -v --random-order="$seed" pa/test_a.py
ok 'and repeats the order' cmp <(order) "$work/again"
for workers in '-n 1' '-n 1 --xdist-exact' '-n 1 --dist load'; do
    # shellcheck disable=SC2086
    prun $workers -v --random-order=7
    is "$(sed -n 's/.* PASSED \([^ ]*\).*/\1/p' "$out" | md5sum)" "$(md5sum <"$work/seven")" "prun $workers: in a worker"
done
prun -n 2 --xdist-exact --random-order
is "$rc" 0 'workers that collect for themselves have one seed'
hasnt 'repeat it' 'no failure, no advice'
echo 'def test_fails(): assert 0' >pa/test_fails.py
prun -n 2 -q --random-order=7
has '^random order: seed 7, by module; to repeat it: --random-order=7$' 'at a failure the seed is said once more'
prun --random-order-bucket=what
is "$rc" 4 'no such level'

done_testing
