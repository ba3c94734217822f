#!/usr/bin/env bash
# A crash that the master sees late, together with the result of the test before it, loses nothing of its report.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
open_ready

fresh
put test_late.py <<'PY'
import ctypes
import os
import signal

import pytest


def test_before():
    print("printed by the test before")
    os.kill(os.getppid(), signal.SIGSTOP)


def test_crash():
    print("printed by the crash")
    with open(os.environ["READY"], "w") as f:
        f.write(f"{os.getpid()}\n")
    ctypes.string_at(0)


@pytest.mark.parametrize("n", range(16))
def test_after(n):
    pass
PY
start "$PRUN" -n 1
await
tool ended "$line"
kill -CONT "$pid"
finish
is "$rc $(summary)" '1 1 failed, 17 passed' 'one failure'
has '^printed by the crash' 'the report has what the test printed'
hasnt '^printed by the test before' 'and nothing of the test before'
has 'in test_crash' "the report has faulthandler's traceback"
is "$(cat "$err")" '' 'which is nowhere else'

done_testing
