#!/usr/bin/env bash
# --dist duration, the default of -n: which worker runs what, in which order, and what the history changes.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
export PYTHONPATH=$T/tools
history=.pytest_cache/d/prun/durations.json

# events COMMAND...: run it with an empty event log.
events() {
    rm -f "$EVENTS" "$EVENTS.ids"
    run "$@" -p events
}

right() {
    local check
    for check; do
        ok "$check" tool placement "$check" "$EVENTS" duration
    done
}

first() { tool placement tests "$EVENTS" "$1" 1; }

# known NODEID MICROSECONDS...: a history of these.
known() {
    mkdir -p "${history%/*}"
    printf '{"version":1,"microseconds":{' >"$history"
    while [ $# -gt 2 ]; do
        printf '"%s":%d,' "$1" "$2" >>"$history"
        shift 2
    done
    printf '"%s":%d}}' "$1" "$2" >>"$history"
}

has_noted() { "$PRUN_TEST_PYTHON" -c 'import json, sys; sys.exit(sys.argv[2] not in json.load(open(sys.argv[1]))["microseconds"])' "$history" "$1"; }

# ---- without a history ----

use scopes
events "$PRUN" -n 2
is "$rc" 0 'the suite passes'
has '^2 workers \[[0-9]+ items\], --dist duration$' 'the default of -n, and the run says so'
right once nextitem fixtures inorder
ok 'the run is noted' has_noted "$(sed -n 1p "$EVENTS.ids")"
ok 'all of it' test "$(grep -o '::' "$history" | wc -l)" -ge "$(wc -l <"$EVENTS.ids")"

events "$PRUN" -n 2
right once nextitem fixtures inorder

events "$PRUN" -n 2 --dist load
has '^2 workers \[[0-9]+ items\], --dist load$' '--dist load is load'
right ordered
events "$PRUN" -n 2 -d
has '^2 workers \[[0-9]+ items\], --dist load$' 'and so is -d'

# ---- what plugins see ----

fresh
put conftest.py <<'END'
def pytest_configure(config):
    print("dist is", getattr(config.option, "dist", "of another"))
END
put test_one.py <<<'def test_one(): pass'
prun -n 2 -s
has '^dist is load$' 'plugins see load where no --dist was given, as with xdist'
prun -n 2 -s --dist duration
has '^dist is duration$' 'and what was given'
"$PRUN_TEST_PYTHON" -m pytest -q >"$out" 2>&1
ok 'pytest reads the cache that prun has written to' lacks Error "$out"

# ---- with a history ----

fresh
for file in a b c d; do
    printf 'def test_%d(): pass\n' 1 2 3 4 5 6 | put "test_$file.py"
done
known test_a.py::test_1 1000 test_d.py::test_1 1000 test_d.py::test_2 1000 test_d.py::test_6 3000000
events "$PRUN" -n 2
is "$(first gw0)" test_d.py::test_1 'the file of the long test comes first'
right once nextitem inorder
ok 'the mean of what it was and what it is' grep -Eq '"test_d.py::test_6":1[45][0-9]{5}[,}]' "$history"

fresh
printf 'def test_%d(): pass\n' $(seq 40) | put test_a.py
known test_a.py::test_1 10000 test_a.py::test_40 3000000
events "$PRUN" -n 2
is "$(first gw1)" test_a.py::test_40 'a long test at the end of the only file begins at once'
right once nextitem inorder

known test_a.py::test_1 1000 test_a.py::test_40 3000000
events "$PRUN" -n 1
is "$(first gw0)" test_a.py::test_1 'one worker keeps the order'
right once ordered nextitem

printf 'def test_%d(): pass\n' 1 2 3 | put test_b.py
known test_a.py::test_1 10 test_b.py::test_1 3000000
printf '{"test_a.py::test_7": true}' >.pytest_cache/lastfailed
mkdir -p .pytest_cache/v/cache && mv .pytest_cache/lastfailed .pytest_cache/v/cache/lastfailed
events "$PRUN" -n 2 --ff
is "$(first gw0)" test_a.py::test_7 '--ff: an order that was asked for is kept'

# ---- what is not run or not whole ----

known test_x.py::test_gone 5 test_a.py::test_1 10
prun -n 2 test_a.py::test_2
ok 'a part of the suite forgets nothing' has_noted test_x.py::test_gone
printf 'garbage' >"$history"
prun -n 2 test_a.py
is "$rc $(summary)" '0 40 passed' 'a corrupt history is no failure'
ok 'and is replaced' has_noted test_a.py::test_40

rm -r .pytest_cache
prun -n 2 -p no:cacheprovider
is "$rc $(summary)" '0 43 passed' 'without the cache there is no history'
ok 'and no file' test ! -e .pytest_cache
prun
ok 'nor without workers' test ! -e "$history"
prun -n 2
ok 'the cache is whole' test -f .pytest_cache/.gitignore

printf 'a file' >.pytest_cache/d/prun.new && rm -r .pytest_cache/d/prun && mv .pytest_cache/d/prun.new .pytest_cache/d/prun
prun -n 2
is "$rc" 0 'a history that cannot be written is no failure'
has 'PytestCacheWarning: could not write cache path .*durations.json' 'but a warning'

# ---- a crash ----

fresh
put test_a.py <<'END'
import os


def test_1(): pass
def test_2(): os.kill(os.getpid(), 9)
def test_3(): pass
END
printf 'def test_%d(): pass\n' 1 2 3 | put test_b.py
prun -n 2
is "$rc $(summary)" '1 1 failed, 5 passed' 'a crash costs one test'
ok 'which is not noted' lacks test_a.py::test_2 "$history"
ok 'the others are' has_noted test_a.py::test_3

done_testing
