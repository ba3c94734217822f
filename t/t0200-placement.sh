#!/usr/bin/env bash
# Each --dist mode: which worker runs what, in which order, and how often fixtures are set up; beside xdist.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
export PYTHONPATH=$T/tools

use scopes

# events COMMAND...: run it with an empty event log.
events() {
    rm -f "$EVENTS" "$EVENTS.ids"
    run "$@" -p events -p no:cacheprovider
}

# right MODE CHECK...: of the last run.
right() {
    local mode=$1 what check
    shift
    for check; do
        what=$(sed -nE "/def $check\\(/{n;s/^ *\"\"\"(.*)\"\"\"/\\1/p}" "$T/tools/placement.py")
        ok "$mode: $what" tool placement "$check" "$EVENTS" "$mode"
    done
}

first_units() { tool placement units "$EVENTS" "$1" | awk '{ print $1, $2 }'; }

# xdist MODE ARGUMENTS...: the real one, on the same suite.
xdist() {
    local mode=$1
    shift
    have_xdist && "$PRUN_TEST_PYTHON" -m pytest -h 2>/dev/null | grep -q "${NEEDS:-.}" || return
    events "$PRUN_TEST_PYTHON" -m pytest -n 2 --dist "$mode" "$@"
}

# like_xdist MODE DESCRIPTION: the first unit of each worker, and as few set-ups, as the real one.
like_xdist() {
    local mode=$1 units modules
    units=$(first_units "$mode")
    modules=$(tool placement setups "$EVENTS" module)
    if ! xdist "$@"; then
        skip "this xdist has no ${NEEDS:-such mode}" "$*: as xdist"
    elif ! tool placement together "$EVENTS" "$mode" 2>/dev/null; then
        skip 'this xdist does not keep units together under this pytest' "$*: as xdist"
    else
        is "$units" "$(first_units "$mode")" "$*: each worker begins with the unit that xdist gives it"
        [ "$mode" != loadfile ] ||
            is "$modules" "$(tool placement setups "$EVENTS" module)" "$*: modules set up as often as with xdist"
    fi
}

# ---- one process, for comparison ----

events "$PRUN"
is "$rc" 0 'the suite passes in one process'
right no once ordered nextitem fixtures

# ---- modes ----

events "$PRUN" -n 2 --dist load
right load once ordered nextitem fixtures
is "$(tool placement setups "$EVENTS" session)" 2 'load: one session fixture a worker'
# 35 tests, two workers: chunks of 35 / 2 / 4 = 4.
is "$(tool placement tests "$EVENTS" gw0 4)" "$(sed -n 1,4p "$EVENTS.ids")" 'load: gw0 begins with the first chunk'
is "$(tool placement tests "$EVENTS" gw1 4)" "$(sed -n 5,8p "$EVENTS.ids")" 'load: gw1 with the second'

events "$PRUN" -n 2 --dist loadscope
right loadscope once together nextitem fixtures
is "$(tool placement setups "$EVENTS" class)" 4 'loadscope: each class set up once'
NEEDS=loadscope-reorder like_xdist loadscope

events "$PRUN" -n 2 --dist loadfile
right loadfile once together nextitem fixtures
is "$(tool placement setups "$EVENTS" module)" 4 'loadfile: each module set up once'
is "$(tool placement setups "$EVENTS" class)" 4 'loadfile: each class set up once'
NEEDS=loadscope-reorder like_xdist loadfile

events "$PRUN" -n 2 --dist loadgroup -v
right loadgroup once together nextitem fixtures
hasnt '(PASSED|FAILED) .*@(db|net|default)' 'loadgroup: node ids stay what they are'
NEEDS=loadscope-reorder like_xdist loadgroup

events "$PRUN" -n 2 --dist worksteal
right worksteal once nextitem fixtures
is "$(tool placement tests "$EVENTS" gw0 1)" "$(sed -n 1p "$EVENTS.ids")" 'worksteal: gw0 begins with the first half'
ok 'worksteal: gw1 with the second' grep -qx "$(tool placement tests "$EVENTS" gw1 1 | sed 's/[][]/\\&/g')" \
    <(sed -n 18,19p "$EVENTS.ids")

events "$PRUN" -n 2 --dist each
right each once ordered nextitem fixtures
is "$(summary)" '70 passed' 'each: every test twice'
is "$(tool placement setups "$EVENTS" module)" 8 'each: every module set up by both'

# ---- order of units ----

events "$PRUN" -n 2 --dist loadscope --no-loadscope-reorder
right loadscope once together nextitem fixtures
is "$(first_units loadscope | cut -d ' ' -f 2)" "$(sed 's/\(.*\)::.*/\1/' "$EVENTS.ids" | awk '!seen[$0]++' | head -n 2)" \
    'no reorder: units in order of collection'
NEEDS=loadscope-reorder like_xdist loadscope --no-loadscope-reorder

events "$PRUN" -n 1 --dist loadscope
right loadscope once together nextitem fixtures
is "$(tool placement units "$EVENTS" loadscope | cut -d ' ' -f 2-4)" \
    'test_top.py pkg_b/test_three.py::TestSecond pkg_a/test_one.py' 'reorder: the largest units first'

events "$PRUN" -n 20 --dist loadfile
has '^4 workers \[' 'no more workers than units'
is "$(tool placement units "$EVENTS" loadfile | grep -c ' .* ')" 0 'and one unit for each'

done_testing
