#!/usr/bin/env bash
# -n and its like from every place that pytest takes options from, and other options beside them.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

fresh
put test_pass.py <<'PY'
import pytest


@pytest.mark.parametrize("n", range(8))
def test_many(n):
    pass


def test_worker(worker_id):
    print("ran on", worker_id)
PY

# workers N DESCRIPTION: so many were announced; 0: none.
workers() {
    if [ "$1" = 0 ]; then
        hasnt '^[0-9]+ workers? ' "$2"
    else
        has "^$1 workers? \\[" "$2"
    fi
}

prun -n 2
workers 2 '-n 2'
is "$(summary)" '9 passed' '-n 2: all ran'
prun --numprocesses=2
workers 2 '--numprocesses=2'
prun -n1
workers 1 '-n1'
prun -n 0
workers 0 '-n 0 is one process'
prun
workers 0 'no -n is one process'
prun --dist load
workers 0 '--dist without -n is one process'
prun -n 2 --dist no
workers 2 '-n 2 --dist no distributes, as xdist'
prun --tx 2*popen --dist load
workers 2 '--tx 2*popen'
prun -d --tx popen --tx popen
workers 2 '-d --tx popen twice'
prun -n 8 --maxprocesses 2
workers 2 '--maxprocesses'
prun -n 50
workers 9 'no more workers than tests'
prun -n 2 --collect-only -q
workers 0 '--collect-only forks nothing'
run env PYTEST_ADDOPTS='-n 2' "$PRUN"
workers 2 'PYTEST_ADDOPTS'
printf '[pytest]\naddopts = -n 2 --dist loadfile\n' >pytest.ini
prun
workers 1 'addopts in pytest.ini: one file, one unit'
prun -n 2 --dist load
workers 2 'the command line overrides addopts'
rm pytest.ini
printf '[tool.pytest.ini_options]\naddopts = "-n 2"\n' >pyproject.toml
prun
workers 2 'addopts in pyproject.toml'
rm pyproject.toml

# ---- auto ----

run env PYTEST_XDIST_AUTO_NUM_WORKERS=3 "$PRUN" -n auto
workers 3 'PYTEST_XDIST_AUTO_NUM_WORKERS'
run env PYTEST_XDIST_AUTO_NUM_WORKERS=3 "$PRUN" -n logical
workers 3 'PYTEST_XDIST_AUTO_NUM_WORKERS for logical'
run taskset -c 0 "$PRUN" -n auto
workers 1 '-n auto follows the affinity mask'
prun -n auto --pdb
workers 0 '-n auto --pdb is one process'
put conftest.py <<'PY'
def pytest_xdist_auto_num_workers(config):
    return 4
PY
run env PYTEST_XDIST_AUTO_NUM_WORKERS=3 "$PRUN" -n auto
workers 4 'pytest_xdist_auto_num_workers in conftest.py comes first'
put conftest.py <<'PY'
import pytest


class Around:
    @pytest.hookimpl(hookwrapper=True)
    def pytest_xdist_auto_num_workers(self):
        outcome = yield
        outcome.force_result(outcome.get_result() + 1)


def pytest_plugin_registered(plugin, manager):
    if not manager.hasplugin("around"):
        manager.register(Around(), "around")


def pytest_xdist_auto_num_workers():
    return None
PY
run env PYTHON_CPU_COUNT=4 "$PRUN" -n auto # of which xdist, at 3.8, knows nothing
workers 5 'one that returns None leaves it to prun, with what is around it'
rm conftest.py

# ---- others ----

prun -h
for option in --numprocesses --maxprocesses --max-worker-restart --dist --tx --maxschedchunk --testrunuid \
    --no-loadscope-reorder; do
    has "(^|[ ,])$option" "--help shows $option"
done
prun -n 2 -p no:terminal
is "$rc$(cat "$out")" 0 '-p no:terminal: silence'
prun -n 2 -q
is "$rc$(summary)" '09 passed' '-q'
prun -n 2 -p no:xdist
workers 2 '-p no:xdist: the options are there all the same'
prun -n 2 -p no:xdist --rsyncdir=src --rsyncignore='*.o'
workers 2 '-p no:xdist: what is to be copied to workers is known, and nothing is'
if have_xdist; then
    prun -n 2 -p xdist -p no:xdist
    workers 2 '-p xdist -p no:xdist leaves its options, which are no other plugin'"'"'s'
fi
run env PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 "$PRUN" -n 2
workers 2 'PYTEST_DISABLE_PLUGIN_AUTOLOAD'
prun -n 2 -p no:cacheprovider -p no:tmpdir -p no:junitxml -p no:faulthandler -p no:logging -p no:warnings
is "$rc$(summary)" '09 passed' 'without many of the built-in plugins'
prun -n 2 -p no:capture -p no:capturemanager
is "$rc" 0 'without capture'
prun -n 2 --deselect 'test_pass.py::test_worker'
is "$(summary)" '8 passed, 1 deselected' 'deselected tests are counted, as in one process'
prun -n 2 -v
is "$(grep -Ec '^\[gw[01]\] \[ *[0-9]+%\] PASSED test_pass\.py::test_' "$out")" 9 '-v shows the worker of each test'

done_testing
