#!/usr/bin/env bash
# --shard K/N: parts that are disjoint and make up the whole, of whole files.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

# known NODEID MICROSECONDS...: $work/durations.json has these.
known() {
    local text=''
    while [ $# -gt 0 ]; do
        text+=",\"$1\":$2"
        shift 2
    done
    printf '{"version":1,"microseconds":{%s}}' "${text#,}" >"$work/durations.json"
}

# chosen ARGUMENTS...: the ids that are run with them, sorted.
chosen() { "$PRUN" -v "$@" 2>&1 | grep -oE 'test_[a-z]+\.py::[^ ]*' | sort -u; }

# parts N ARGUMENTS...: those of all N parts, and each part's name of the division.
parts() {
    local n=$1 k
    shift
    for ((k = 1; k <= n; k++)); do chosen --shard "$k/$n" "$@"; done | sort
}

names() {
    local n=$1 k
    shift
    for ((k = 1; k <= n; k++)); do
        "$PRUN" --shard "$k/$n" "$@" | grep -oE '; division [0-9a-f]{8}$'
    done | sort -u | wc -l
}

for name in a b c d e; do
    put "test_$name.py" <<'PY'
import pytest


@pytest.fixture(scope="module")
def once():
    pass


@pytest.mark.parametrize("n", range(3))
def test_it(n, once):
    pass
PY
done
printf 'def test_more_%d(): pass\n' 1 2 3 4 5 6 7 8 9 >>test_c.py

all=$(chosen)
is "$(wc -l <<<"$all")" 24 'all of them'
is "$(parts 3)" "$all" 'three parts make up the whole, and none is in two'
is "$(parts 3 -n 2)" "$all" 'with workers too'
is "$(parts 2 --xdist-exact -n 2)" "$all" 'and with workers that collect'
is "$(parts 2 -k 'more or 1')" "$(chosen -k 'more or 1')" 'of what -k leaves'
is "$(names 4)" 1 'all name the same division'

prun --shard 1/2
is "$rc $(summary)" '0 12 passed, 12 deselected' 'the others are deselected'
has '^shard 1/2: 12 of 24 tests, 1 of 5 files; division [0-9a-f]{8}$' 'a line says so'
prun --shard 1/2 --xdist-exact -n 2
has '^shard 1/2: 12 of 24 tests, 1 of 5 files; division [0-9a-f]{8}$' 'once, with workers that collect too'
prun --shard 2/2 --collect-only -q
has '^12/24 tests collected \(12 deselected\)' '--collect-only'
prun --shard 6/6
is "$rc" 5 'a part without tests ends with 5, as pytest does'

# ---- durations ----

prun -n 2 # which this machine remembers
before=$(chosen --shard 1/2)
known test_a.py::test_it[0] 9000000 test_b.py::test_it[0] 10
is "$(chosen --shard 1/2)" "$before" 'what the machine remembers is not used unasked'
is "$(chosen --shard 1/2 --shard-durations "$work/durations.json")" "$(grep test_a.py <<<"$all")" \
    'the file that takes long is alone'
is "$(parts 3 --shard-durations "$work/durations.json" -n 2)" "$all" 'the parts make up the whole'
prun --shard 1/2 --shard-durations .pytest_cache/d/prun/durations.json
is "$rc" 0 'a file of the cache'

# ---- refusals ----

# refused SENTENCE ARGUMENTS...
refused() {
    local sentence=$1
    shift
    prun "$@"
    is "$rc" 4 "$* is refused"
    ok "$*: in one sentence" grep -Fxq "ERROR: $sentence" "$err"
}
for shard in 0/2 3/2 1 1/0 x/y 1/2/3 -1/2 ''; do
    refused "--shard must be K/N, with K from 1 to N, not '$shard'" --shard="$shard"
done
refused '--shard-durations says how to divide, but there is no --shard' --shard-durations x
refused '--shard-durations none.json: there are no durations that prun has written' --shard 1/2 --shard-durations none.json
prun --verify-dropin --shard 1/2
is "$rc" 4 '--verify-dropin: serial pytest has no shards'

done_testing
