#!/usr/bin/env bash
# What --tx and pytest_xdist_setupnodes say of each worker.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

export SEEN=$work/seen
NICE=$(nice)
export NICE
put conftest.py <<'PY'
def pytest_xdist_setupnodes(config, specs):
    for number, spec in enumerate(specs):
        spec.env["PORT"] = str(8000 + number)


def pytest_configure_node(node):
    spec = node.gateway.spec
    assert (spec.id, spec.popen, spec.via, spec.nosuch) == (node.gateway.id, True, None, None)
PY
put test_env.py <<'PY'
import os

import pytest


@pytest.mark.parametrize("n", range(6))
def test_env(n, worker_id):
    nice = os.nice(0) - int(os.environ["NICE"])
    with open(os.environ["SEEN"], "a") as f:
        print(worker_id, os.environ["PORT"], os.environ.get("HUE"), nice, file=f)
    if n == 3:
        os._exit(1)
PY
seen() { sort -u "$SEEN" | paste -sd , && rm "$SEEN"; }

prun -n 2 --dist each
is "$rc" 1 'a worker ends'
# Which of the two gw2 stands for is open.
is "$(sed 's/gw[23]/later/' "$SEEN" | sort -u | paste -sd ,)" \
    'gw0 8000 None 0,gw1 8001 None 0,later 8000 None 0,later 8001 None 0' \
    'spec.env, as pytest_xdist_setupnodes left it, is the environment of each worker and of its replacement'
rm "$SEEN"
prun --dist each --tx '2*popen//env:HUE=red' --tx popen//nice=3//id=third
is "$(seen | cut -d , -f 1-3)" 'gw0 8000 red 0,gw1 8001 red 0,gw2 8002 None 3' '--tx popen//env:NAME=value, nice='
for spec in ssh=host popen//python=python2 popen//chdir=there popen//via=other 'popen//nice=very'; do
    prun -d --tx "$spec"
    is "$rc" 4 "--tx $spec is refused"
    ok "--tx $spec: is named" grep -qF -- "--tx $spec: " "$err"
done
prun -n 1 --tx popen//chdir=there -k 0
is "$rc" 0 '-n goes before --tx, whatever that says'

done_testing
