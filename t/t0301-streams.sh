#!/usr/bin/env bash
# Output past the capture, and plugins that keep state between runs.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

put test_print.py <<'PY'
import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("n", range(10))
def test_print(n):
    print(f"out {n}")
    print(f"err {n}", file=sys.stderr)


def test_below():
    os.write(1, b"out fd\n")
    subprocess.run(["echo", "out child"])


def test_disabled(capsys):
    with capsys.disabled():
        print("out disabled")


def test_stdin():
    if sys.stdin is not None:
        with pytest.raises((OSError, EOFError)):
            input()
PY
prun -n 2 -s -q
is "$rc" 0 '-s'
is "$(grep -Eo 'out ([0-9]|fd|child|disabled)' "$out" | sort -u | wc -l)" 13 '-s: everything that tests print arrives'
is "$(grep -Ec '^err [0-9]$' "$err")" 10 '-s: standard error on standard error'
prun -n 2 -q
is "$(cat "$err")" '' 'without -s nothing gets past the capture'
hasnt '^out [0-9]' 'nor on standard output'
prun -n 2 -q --capture=tee-sys -k 'print and 3'
has 'out 3' '--capture=tee-sys: output arrives too'
run bash -c "exec '$PRUN' -n 2 -q <&-"
is "$rc $(summary)" '0 13 passed' 'with standard input closed'
run bash -c "exec '$PRUN' -n 2 -q >/dev/full"
ok 'a full disk is an error, and no hang' test "$rc" != 0
ok 'and leaves nothing' drained

# ---- the terminal reporter in a worker ----

fresh
put test_reporter.py <<'PY'
import pytest


def write(request):
    print("before")
    request.config.get_terminal_writer().write("written by a plugin\n", flush=True)
    print("after")


def test_captured(request):
    write(request)


def test_of_test(request, capfd):
    write(request)
    assert capfd.readouterr().out == "before\nwritten by a plugin\nafter\n"


def test_past_the_capture(request, capsys):
    with capsys.disabled():
        write(request)
PY
captured() { sed -n '/^_* test_captured/,/^_* test_of/p' "$out" | grep -A3 '^-* Captured stdout'; }
pytest -q -rA test_reporter.py
want="$rc $(captured)"
prun -n 2 -q -rA
is "$rc $(captured)" "$want" 'what is written to it while a test is captured is captured'
ok 'and was under pytest' grep -q '^written by a plugin$' <<<"$want"

# ---- --lf, --ff, --nf, --sw ----

fresh
put test_some.py <<'PY'
import os

import pytest


@pytest.mark.parametrize("n", range(10))
def test_some(n):
    assert n not in (3, 7) or os.environ.get("FIXED")
PY
prun -n 2
is "$(summary)" '2 failed, 8 passed' 'two fail'
prun -n 2 --lf
is "$rc $(summary)" '1 2 failed' '--lf runs those two'
run env FIXED=1 "$PRUN" -n 2 --ff -v
is "$rc $(summary)" '0 10 passed' '--ff runs all'
prun -n 2 --lf
is "$(summary)" '2 failed, 8 passed' '--lf after success runs all'
fresh
put test_step.py <<'PY'
import os

import pytest


@pytest.mark.parametrize("n", range(10))
def test_step(n):
    assert n != 3 or os.environ.get("FIXED")
PY
pytest --sw
want="$rc $(summary)" words=$(grep '^!' "$out")
rm -r .pytest_cache
prun -n 1 --sw
is "$rc $(summary)" "$want" '--sw stops at the first failure'
is "$(grep '^!' "$out")" "$words" 'and says so'
run env FIXED=1 "$PRUN" -n 1 --sw
is "$rc $(summary)" '0 7 passed, 3 deselected' '--sw goes on from there'

# ---- plugins that print when they hear of results ----

fresh
put conftest.py <<'PY'
import sys


def pytest_configure(config):
    print("configured", hasattr(config, "workerinput"))


def pytest_runtest_logreport(report):
    if report.when == "call":
        print("\nheard of", report.nodeid)
        print("noted", report.nodeid, file=sys.stderr)


def pytest_sessionfinish(session):
    print("\nfinished", hasattr(session.config, "workerinput"))
PY
put test_said.py <<'PY'
import pytest


@pytest.mark.parametrize("n", range(5))
def test_said(n):
    print("test itself said", n)
PY
for capture in fd sys no tee-sys; do
    prun -n 2 --capture=$capture
    is "$(grep -c 'noted test' "$err")" 5 "--capture=$capture: on standard error once, by the master"
    is "$(grep -c 'heard of' "$out")" 5 "--capture=$capture: on standard output as well"
    is "$(grep -cE '^(configured|finished)' "$out")" 2 "--capture=$capture: configured and finished once"
done
prun -n 2 -s
is "$(grep -o 'test itself said' "$out" | wc -l)" 5 '-s: what tests print is there'

# ---- logs ----

fresh
put test_log.py <<'PY'
import logging

import pytest


@pytest.mark.parametrize("n", range(10))
def test_log(n):
    logging.getLogger().warning("record %d", n)
PY
prun -n 2 --log-file="$work/log.txt" --log-file-level=INFO
is "$(grep -c 'record [0-9]' "$work/log.txt")" 10 '--log-file has the records of all workers'
prun -n 2 -o log_cli=true
is "$rc $(summary)" '0 10 passed' 'log_cli'

# ---- warnings ----

fresh
put test_warn.py <<'PY'
import warnings

import pytest


@pytest.mark.parametrize("n", range(10))
def test_warn(n):
    warnings.warn(f"number {n}")
PY
prun -n 2 -W error
is "$rc $(summary)" '1 10 failed' '-W error'
prun -n 2 -W ignore
is "$rc $(summary)" '0 10 passed' '-W ignore'
prun -n 2
is "$rc $(summary)" '0 10 passed, 10 warnings' 'warnings are counted once each'

done_testing
