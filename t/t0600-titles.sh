#!/usr/bin/env bash
# ps shows which test a worker runs.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
open_ready
mkfifo "$work/go"
export GO=$work/go
exec 4<>"$GO"

put test_title.py <<'PY'
import os

import pytest


@pytest.mark.parametrize("name", ["plain", "ünïcödé"])
def test_title(name):
    with open(os.environ["READY"], "w") as f:
        f.write(f"{os.getpid()} {name}\n")
    with open(os.environ["GO"], "rb", buffering=0) as f:
        f.readline()  # byte by byte: the next line is for the other test
PY
start "$PRUN" -n 2
for _ in 1 2; do
    await
    case $line in
        *plain) wanted='running test_title.py::test_title\[plain\]' ;;
        *) wanted='running test_title.py::test_title\[.*\]' ;;
    esac
    ok "the title of the worker in ${line#* }" grep -aEq "gw[01] $wanted" "/proc/${line% *}/cmdline"
done
printf 'go\ngo\n' >&4
finish
is "$rc $(summary)" '0 2 passed' 'both pass'

done_testing
