#!/usr/bin/env bash
# --max-memory: workers that take more than their share give way.  And -n: no more workers than there is work for.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
export PYTHONPATH=$T/tools

put conftest.py <<'PY'
import ctypes

import pytest


def keep(megabytes, kept=[]):
    kept.append(ctypes.create_string_buffer(b"x" * (megabytes << 20)))


@pytest.fixture(scope="session")
def large():
    keep(100)
PY
# Neither needs much at first, and each test leaves some.
put test_grows.py <<'PY'
import conftest
import pytest


@pytest.mark.parametrize("n", range(60))
def test_grows(n):
    conftest.keep(8)
PY
put test_large.py <<'PY'
import pytest


@pytest.mark.parametrize("n", range(80))
def test_large(n, large):
    sum(range(100_000))
PY

for more in '' '--dist load' '--dist worksteal' '--dist loadgroup' --xdist-exact; do
    rm -f "$EVENTS"
    # shellcheck disable=SC2086
    prun -p events -n 2 --max-memory 240M --max-worker-restart 0 test_grows.py $more
    is "$rc $(summary)" '0 60 passed' "those that grow: all pass $more"
    has '^\[gw[01]\] it had [0-9]+ MiB, and its share of --max-memory is 120 MiB; a fresh one takes over$' \
        "and are replaced, which is no restart $more"
    ok "each once $more" tool placement once "$EVENTS"
    ok "with true successors $more" tool placement nextitem "$EVENTS"
done

prun -n 4 --max-memory 330M test_large.py
is "$rc $(summary)" '0 80 passed' 'those that are large from the beginning: all pass'
has '^\[gw[0-3]\] it had 1[0-9]+ MiB, and its share of --max-memory is 82 MiB; there is one worker fewer now$' 'and become fewer'
prun -n 2 --max-memory 1k test_large.py -k 'large and 1'
is "$rc $(summary)" '0 17 passed, 63 deselected' 'less than one needs: one remains, all pass'
hasnt 'INTERNAL' 'and nothing else'
prun -n 4 --max-memory 300M -q test_large.py
hasnt 'max-memory' '-q: nobody says so'
prun -n 2 --max-memory 100G
hasnt 'max-memory' 'enough: nothing happens'
prun --max-memory 1M test_large.py
is "$rc $(summary)" '0 80 passed' 'without workers nobody looks'

for size in 5 x 0M -1G 1KB ''; do
    prun -n 2 --max-memory="$size"
    is "$rc" 4 "--max-memory=$size is refused"
    ok 'in one sentence' grep -Fxq "ERROR: --max-memory must be a size, as 800M or 4G, not '$size'" "$err"
done
prun -n 2 --max-memory 1G --dist each
is "$rc" 4 'with --dist each it is refused'
ok 'in one sentence' grep -q '^ERROR: --max-memory: with --dist each ' "$err"

# ---- no more workers than there is work for ----

fresh
for name in a b; do
    printf 'def test_1(): pass\ndef test_2(): pass\n' >"test_$name.py"
done
echo 'def pytest_configure_node(node): print("forks", node.gateway.id)' >conftest.py
for mode in duration:4 load:4 worksteal:4 loadgroup:4 loadfile:2 loadscope:2 each:6; do
    prun -n 6 --dist "${mode%:*}" -s
    is "$(grep -c '^forks gw' "$out")" "${mode#*:}" "${mode%:*}: ${mode#*:} workers for four tests in two files"
done

done_testing
