#!/usr/bin/env bash
# A test that writes a result of its own making to prun's pipe spoils its own outcome, not the run.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

put test_hostile.py <<'PY'
import fcntl
import os
import stat
import struct

import pytest

BODIES = [
    '[["report",{"$b":5}]]',
    '[["report",{"outcome":"failed"}]]',
    '[["report",{"$report_type":"TestReport"}]]',
    '[["report",{"$report_type":"Nothing"}]]',
    '[["report",{"$d":[[{"$s":[[]]},1]],"x":{"$i":"zz"}}]]',
    '[["shown",{"$report_type":"TestReport","nodeid":1},1,2]]',
]


def is_result_pipe(fd):
    """The largest pipe that we may write to."""
    try:
        if not stat.S_ISFIFO(os.fstat(fd).st_mode) or fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE != os.O_WRONLY:
            return False
        return fcntl.fcntl(fd, 1032) == 1 << 20  # F_GETPIPE_SZ
    except OSError:
        return False


@pytest.mark.parametrize("n", range(len(BODIES)))
def test_hostile(n):
    json = BODIES[n].encode()
    (fd,) = filter(is_result_pipe, map(int, os.listdir("/proc/self/fd")))
    os.write(fd, struct.pack("<IBBHIQ", 12 + len(json), 5, 1, 0, n, 0) + json)
    os._exit(0)


@pytest.mark.parametrize("n", range(10))
def test_other(n):
    pass
PY
for workers in 1 3; do
    prun -n $workers -rA
    is "$rc $(summary)" '1 6 failed, 10 passed' "each spoils its own outcome, $workers workers"
    hasnt 'INTERNALERROR' 'and nothing breaks off'
    has "the worker's report cannot be read" 'the failure says why'
done

done_testing
