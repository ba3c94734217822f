#!/usr/bin/env bash
# Without -n prun is pytest: same output, same view of the process, same exit codes; and -n from anywhere.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

# ---- versions ----

prun --version
is "$rc" 0 '--version succeeds'
has '^prun [0-9]+\.[0-9]+' '--version names prun'
has "^CPython $("$PRUN_TEST_PYTHON" -c 'import sys; print(sys.version.split()[0])') " '--version names CPython'
has "^pytest $("$PRUN_TEST_PYTHON" -c 'import pytest; print(pytest.__version__)')\$" '--version names pytest'
has '^jansson [0-9]' '--version names jansson'
has '^libbsd [0-9]' '--version names libbsd'

# ---- one process: byte for byte ----

# same ARGUMENTS...: prun prints what pytest prints, and ends as it ends.
same() {
    pytest -p no:cacheprovider "$@"
    normalised "$out" >"$work/wanted"
    normalised "$err" >"$work/wanted.err"
    local want=$rc
    prun -p no:cacheprovider "$@"
    is "$rc" "$want" "exit status as pytest: $*"
    ok "output as pytest: $*" diff <(normalised "$out") "$work/wanted"
    ok "standard error as pytest: $*" diff <(normalised "$err") "$work/wanted.err"
}

use results
same -rA
same -v --tb=short -k 'not big'
same -s -q test_more.py

# ---- what the process looks like ----

# seen NAME ENVIRONMENT...: test_look under both, with NAME=VALUE… in the environment.
seen() {
    local what=$1
    shift
    run env "$@" SEEN="$work/seen.pytest" "$PRUN_TEST_PYTHON" -m pytest -q -p no:cacheprovider test_runtime.py
    run env "$@" SEEN="$work/seen.prun" "$PRUN" -q -p no:cacheprovider test_runtime.py
    ok "argv, path, prefix, flags, signals, __main__, descriptors as under python -m pytest: $what" \
        diff "$work/seen.prun" "$work/seen.pytest"
}

use runtime
seen plain
seen 'PYTHONPATH, PYTHONWARNINGS, PYTHONHASHSEED' PYTHONPATH=/nowhere:/else PYTHONWARNINGS=error::ResourceWarning PYTHONHASHSEED=7
seen PYTHONSAFEPATH PYTHONSAFEPATH=1
seen 'PYTHONUTF8 in the C locale' PYTHONUTF8=1 LC_ALL=C

# ---- the end of the process ----

fresh
put test_end.py <<'PY'
import atexit
import os


def test_end():
    atexit.register(os.write, 1, b"atexit ran\n")
PY
prun -q -p no:cacheprovider -s test_end.py
has '^atexit ran' 'atexit handlers run'
run bash -c "set -o pipefail; '$PRUN' -q -p no:cacheprovider test_end.py | true; echo ended"
ok 'no traceback when nobody reads the output' lacks Traceback "$err"

done_testing
