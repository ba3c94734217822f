#!/usr/bin/env bash
# Exit codes are pytest's, in one process and with workers.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

fresh
put test_pass.py <<'PY'
def test_a():
    pass


def test_b():
    pass
PY
put test_fail.py <<'PY'
def test_a():
    assert 0


def test_b():
    pass
PY
put test_interrupt.py <<'PY'
def test_a():
    raise KeyboardInterrupt
PY
put test_import.py <<'PY'
import no_such_module
PY
put broken/conftest.py <<'PY'
import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems():
    raise RuntimeError("a plugin is broken")
PY
put broken/test_pass.py <<'PY'
def test_a():
    pass
PY

# rc WANTED ARGUMENTS...: alone, and with two workers.
rc() {
    local want=$1
    shift
    prun -p no:cacheprovider "$@"
    is "$rc" "$want" "$want: $*"
    prun -p no:cacheprovider -n 2 "$@"
    is "$rc" "$want" "$want: -n 2 $*"
    ok "nothing left: -n 2 $*" none_left
    if [ "$want" = 4 ]; then
        ok "says something about it: -n 2 $*" grep -q '[^ ]' "$err"
    fi
}

rc 0 test_pass.py
rc 0 -h
rc 0 --collect-only test_fail.py
rc 0 --fixtures test_pass.py
rc 1 test_fail.py
rc 2 test_import.py
rc 3 broken
rc 4 --no-such-option
rc 4 no_such_file.py
rc 5 -k nothing_is_called_so test_pass.py

prun -p no:cacheprovider test_interrupt.py
is "$rc" 2 '2: KeyboardInterrupt in one process'

# usage ARGUMENTS...: a usage error, in pytest's own words.
usage() {
    prun "$@" test_pass.py
    is "$rc" 4 "4: $*"
    ok "says what is wrong: $*" grep -qi 'error:.*' "$err"
    ok "no traceback: $*" lacks Traceback "$err"
}
usage -n foo
usage -n -1
usage -n
usage --dist bogus
usage -n 2 --maxschedchunk x
usage -n 2 --maxprocesses x
usage -n 2 --max-worker-restart foo
usage -n 2 --pdb
prun -n 2 --maxschedchunk 0 test_pass.py
is "$rc" 4 '4: --maxschedchunk 0'

done_testing
