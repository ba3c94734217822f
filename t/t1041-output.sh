#!/usr/bin/env bash
# What workers write past the capture: live, in whole lines, with the worker's name on a terminal; and live logs.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
open_ready
export GO=$work/go

# shows PATTERN [FILE]: wait until the run that was started has written a line that matches.
shows() {
    local i
    for ((i = 0; i < 50 * LIMIT; i++)); do
        grep -Eq -e "$1" "${2:-$out}" && return
        timeout 0.02 tail -f /dev/null
    done
    return 1
}

# on_terminal COMMAND: run it with a terminal as its standard streams, without the line of what runs now.
on_terminal() {
    run script -qec "$1 --live=no" /dev/null
    tr -d '\r' <"$out" | sed 's/\x1b\[[0-9;]*[mK]//g' >"$out.plain" && mv "$out.plain" "$out"
}

# ---- whole lines ----

put test_lines.py <<'PY'
import os
import sys

import pytest


@pytest.mark.parametrize("n", range(8))
def test_lines(n):
    for i in range(30):
        os.write(1 + i % 2, f"{n}{'ab'[i % 2] * 5000}{n}\n".encode())


def test_no_end():
    print("without end", end="")


def test_empty():
    print("\n\nafter empty lines")
PY
prun -n 4 --dist load -s -k 'lines'
is "$rc $(grep -cE '^([0-9])a{5000}\1$' "$out") $(grep -cE '^([0-9])b{5000}\1$' "$err")" '0 120 120' \
    '-s: lines arrive whole'
is "$(grep -c . "$err")" 120 'and nothing else on standard error'
prun -n 4 --dist load -s -k 'lines' --output-prefix=yes
is "$(grep -cE '^\[gw[0-3]\] ([0-9])a{5000}\1$' "$out") $(grep -cE '^\[gw[0-3]\] ([0-9])b{5000}\1$' "$err")" '120 120' \
    '--output-prefix=yes: each with its worker'
on_terminal "'$PRUN' -n 4 --dist load -s -p no:cacheprovider"
is "$(grep -cE '^\[gw[0-3]\] ([0-9])(a{5000}|b{5000})\1$' "$out")" 240 'and so on a terminal, both streams'
has '^\[gw[0-3]\] without end$' 'also a line without end'
is "$(grep -A3 -E '^\[gw[0-3]\] $' "$out" | grep -c 'after empty lines')" 1 'and empty ones'
on_terminal "'$PRUN' -n 4 --dist load -s -p no:cacheprovider --output-prefix=no"
is "$(grep -cE '^([0-9])(a{5000}|b{5000})\1$' "$out")" 240 '--output-prefix=no: not there'
prun -n 2 --output-prefix=sometimes
is "$rc" 4 'another word is a usage error'

# ---- live ----

fresh
put test_live.py <<'PY'
import logging
import os
import sys
import time


def wait():
    while not os.path.exists(os.environ["GO"]):
        time.sleep(0.01)


def test_line():
    print("a line")
    print("an error", file=sys.stderr)
    wait()


def test_part():
    sys.stdout.write("a part")
    sys.stdout.flush()
    wait()
    print(" and the rest")


def test_log():
    logging.getLogger("name").warning("a record\nof two lines")
    wait()
PY
start "$PRUN" -n 3 --dist load -s -q
ok '-s: a line is there while the test runs' shows '^a line$'
ok 'on standard error, too' shows '^an error$' "$err"
ok 'and a part of a line, when nothing more comes' shows '^a part'
touch "$GO"
finish
is "$rc $(summary)" '0 3 passed' 'all pass'
rm "$GO"
start "$PRUN" -n 1 -s -q -k part
shows '^a part'
touch "$GO"
finish
has '^a part and the rest$' 'which goes on where nobody else has written'
rm "$GO"

start "$PRUN" -n 1 --dist load -o log_cli=true -k log
ok 'log_cli: a record is there while the test runs' shows '^WARNING  name:test_live.py:[0-9]+ a record$'
has '^-+ live log call test_live.py::test_log -+$' 'with the name of its test'
touch "$GO"
finish
is "$rc" 0 'it passes'
hasnt '^a line' 'what is captured stays so'
for how in '--log-cli-level=INFO' '-o log_cli=true -s' '-o log_cli=true --capture=sys' '-o log_cli=true --xdist-exact' \
    '-o log_cli=true --isolate'; do
    # shellcheck disable=SC2086 # several words
    prun -n 2 --dist load --output-prefix=yes $how
    is "$rc $(grep -cE '^\[gw[01]\] WARNING  name:test_live.py:[0-9]+ a record$' "$out")" '0 1' "$how"
done
prun -n 2 -q
is "$(grep -c 'live log' "$out")" 0 'without: none'

# ---- both streams in one file ----

fresh
put test_both.py <<'PY'
import os
import time


def until(seen):
    while not seen():
        time.sleep(0.01)


def test_part():
    os.write(1, b"a part")
    until(lambda: os.path.exists("done"))


def test_error():
    until(lambda: b"a part" in open("both", "rb").read())
    os.write(2, b"an error\n")
    open("done", "w")
PY
run bash -c '"$0" -n 2 --dist load -s -q >both 2>&1' "$PRUN"
ok "a line does not go on another worker's of the other stream" grep -q '^an error$' both

# ---- the end of a worker ----

fresh
put test_end.py <<'PY'
import os


def test_dies():
    os.write(1, b"its last words")
    os._exit(3)
PY
prun -n 1 -s --output-prefix=yes
has '^\[gw0\] its last words$' 'what a worker wrote last'

done_testing
