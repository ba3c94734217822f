#!/usr/bin/env bash
# The end of a run: atexit handlers, threads, open files, and exceptions that come up after the last test.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

put conftest.py <<'PY'
import atexit
import os
import tempfile
import threading

MASTER = os.getpid()
LOG = os.environ["LOG"]
unflushed = open(os.environ["UNFLUSHED"], "w")
unflushed.write("written while importing")
folder = tempfile.TemporaryDirectory(dir=os.environ["FOLDERS"])


def say(what):
    with open(LOG, "a") as f:
        f.write(f"{what} {'master' if os.getpid() == MASTER else 'worker'}\n")


atexit.register(say, "atexit")


def pytest_unconfigure(config):
    done = threading.Event()
    threading.Thread(target=lambda: (done.wait(), say("thread"))).start()
    done.set()
PY
put test_end.py <<'PY'
import atexit

import conftest


def test_one():
    atexit.register(conftest.say, "atexit of a test")


def test_two():
    pass
PY
export LOG=$work/log UNFLUSHED=$work/unflushed FOLDERS=$work/folders
mkdir "$FOLDERS"

for finalize in '' 1; do
    : >"$LOG"
    rm -f "$UNFLUSHED"
    PRUN_FINALIZE=$finalize run "$PRUN" -n 2 -q
    is "$rc" 0 "PRUN_FINALIZE='$finalize': passes"
    is "$(sort "$LOG")" $'atexit master\natexit of a test worker\nthread master' 'handlers and threads end, each in its process'
    is "$(cat "$UNFLUSHED")" 'written while importing' 'an open file is flushed, once'
    is "$(ls "$FOLDERS")" '' 'a temporary folder of the master is removed'
done

rm conftest.py
put test_end.py <<'PY'
def test_first():
    pass


def test_last():
    class Late:
        def __del__(self):
            raise ValueError("late")

    late = Late()
    late.itself = late
PY
for warn in default error; do
    run "$PRUN_TEST_PYTHON" -m pytest -q -W "$warn" test_end.py
    serial=$rc
    run "$PRUN" -n 2 -q -W "$warn" test_end.py
    is "$rc" "$serial" "-W $warn: an exception in __del__ after the last test: pytest's own status, $serial"
done

done_testing
