#!/usr/bin/env bash
# What ends the process while tests are collected is told, with the file that it was about.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

# told STATUS... : the same with workers and without.
told() {
    local file=$1 what=$2 case=$3
    for workers in '-n 2' '-n 0' ''; do
        # shellcheck disable=SC2086
        prun $workers
        is "$rc" 3 "$case, prun $workers: exit status"
        ok "$case, prun $workers: says what and where" grep -qx "prun: $what while $file; no test has run" "$err"
        ok "$case, prun $workers: nobody is left" drained
    done
}

put test_a.py <<'PY'
def test_a():
    pass
PY
put sub/test_b.py <<'PY'
import ctypes

ctypes.string_at(0)
PY
told 'sub/test_b.py is collected' SIGSEGV 'a crash while importing'
ok 'with a traceback' grep -q 'test_b.py", line 3 in <module>' "$err"

put sub/test_b.py <<'PY'
import os

os._exit(0)
PY
told 'sub/test_b.py is collected' 'os\._exit()' 'os._exit(0) while importing'

rm sub/test_b.py
put conftest.py <<'PY'
import os
from os import _exit

if not os.fork():
    os._exit(0)
os.wait()


def pytest_collection_modifyitems():
    os.abort()
PY
told 'test_a.py is collected' SIGABRT 'a crash in a hook of collection'

put conftest.py <<'PY'
import os

os.abort()
PY
told 'pytest starts (plugins and conftests)' SIGABRT 'a crash while loading a conftest'

put conftest.py <<'PY'
from os import _exit

import pytest


@pytest.fixture(params=[0, 7])
def ends(request):
    _exit(request.param)
PY
put test_c.py <<'PY'
import os


def test_ends(ends):
    pass


def test_is_as_it_was():
    assert "prun" not in os._exit.__module__ if os._exit.__module__ else True
PY
prun -n 2
is "$rc $(summary)" '1 2 failed, 2 passed' 'in tests it costs the test'
ok 'with its own status' grep -q 'exited with status 7' "$out"
prun
is "$rc" 0 'without workers it is what it is'

done_testing
