#!/usr/bin/env bash
# A worker is a pytest-xdist worker to fixtures, conftests and plugins.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

export SEEN=$work/seen
put conftest.py <<'PY'
import json
import os
import random

import pytest

random_at_import = random.random()


def pytest_configure_node(node):
    node.workerinput["from_master"] = f"for {node.gateway.id}"


def pytest_testnodedown(node, error):
    print(f"\nnodedown {node.gateway.id} {node.workeroutput and node.workeroutput.get('left')} {error} {sorted(node.workeroutput or ())}")


def pytest_testnodeready(node):
    print(f"\nnodeready {node.gateway.id}")


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left"] = session.config.workerinput["workerid"]


@pytest.fixture
def seen(request, worker_id, testrun_uid, tmp_path):
    config = request.config
    facts = {
        "worker_id": worker_id,
        "uid": testrun_uid,
        "env": {k: v for k, v in os.environ.items() if k.startswith("PYTEST_XDIST")},
        "input": getattr(config, "workerinput", None),
        "output": hasattr(config, "workeroutput"),
        "options": [config.option.dist, config.option.numprocesses, config.option.usepdb],
        "tmp": str(tmp_path.relative_to(os.environ["TMPDIR"])),
        "basetemp": str(config._tmp_path_factory.getbasetemp()),
        "pid": os.getpid(),
        "random": random.random(),
    }
    with open(os.environ["SEEN"], "a") as f:
        f.write(json.dumps(facts) + "\n")
PY
put test_worker.py <<'PY'
import os

import pytest


@pytest.mark.parametrize("n", range(4))
def test_worker(seen, n):
    pass


def test_api(request, worker_id):
    xdist = pytest.importorskip("xdist")
    assert xdist.is_xdist_worker(request)
    assert not xdist.is_xdist_master(request)
    assert xdist.get_xdist_worker_id(request) == worker_id


def test_own_group():
    assert os.getpgid(0) == os.getpid()
PY

# fact EXPRESSION: of the list `facts`, by Python.
fact() { "$PRUN_TEST_PYTHON" -c "import json, os; facts = [json.loads(s) for s in open(os.environ['SEEN'])]; print($1)"; }

prun -n 2 -s --testrunuid=uid-of-mine
is "$rc" 0 'the suite passes'
is "$(fact "sorted({f['worker_id'] for f in facts})")" "['gw0', 'gw1']" 'worker_id'
is "$(fact "{f['uid'] for f in facts}")" "{'uid-of-mine'}" '--testrunuid, testrun_uid'
is "$(fact "all(f['env'] == {'PYTEST_XDIST_WORKER': f['worker_id'], 'PYTEST_XDIST_WORKER_COUNT': '2', \
    'PYTEST_XDIST_TESTRUNUID': 'uid-of-mine'} for f in facts)")" True 'environment'
is "$(fact "all(f['input']['workerid'] == f['worker_id'] and f['input']['workercount'] == 2 and f['input']['testrunuid'] \
    == f['uid'] and '-n' in f['input']['mainargv'] and f['output'] for f in facts)")" True 'config.workerinput'
is "$(fact "{f['input']['from_master'] == 'for ' + f['worker_id'] for f in facts}")" '{True}' 'pytest_configure_node fills workerinput'
is "$(fact "{tuple(f['options']) for f in facts}")" "{('no', None, False)}" 'options of a worker'
is "$(fact "{f['tmp'].split('/')[2] == 'popen-' + f['worker_id'] for f in facts}")" '{True}' 'tmp_path below popen-gwN'
is "$(fact "len({os.path.dirname(f['basetemp']) for f in facts})")" 1 'whose parent is shared'
is "$(fact "len({f['random'] for f in facts}) == len(facts)")" True 'random numbers differ between workers'
for n in 0 1; do
    has "^nodedown gw$n gw$n None .*exitstatus.*shouldfail.*shouldstop" "pytest_testnodedown gets workeroutput of gw$n"
    has "^nodeready gw$n" "pytest_testnodeready gw$n"
done

rm "$SEEN"
prun -n 2
is "$(fact "len({f['uid'] for f in facts})")" 1 'one run, one testrun_uid'
rm "$SEEN"
prun -n 0
is "$(fact "{(f['worker_id'], f['input'], len(f['env'])) for f in facts}")" "{('master', None, 0)}" '-n 0, one process: master'
rm "$SEEN"
prun -n 2 --basetemp="$TMPDIR/base"
is "$(fact "{f['tmp'].split('/')[:2] == ['base', 'popen-' + f['worker_id']] for f in facts}")" '{True}' '--basetemp'

# ---- random.seed() while a suite is imported ----

fresh
put test_seed.py <<'PY'
import random

random.seed(42)


def test_seeded():
    assert random.random() == random.Random(42).random()
PY
prun -n 1
is "$rc" 0 'a seed set while importing holds in workers'

# ---- prun's own code is no part of what runs, to whoever measures it ----

fresh
put test_a.py <<'PY'
import inspect
import os
import sys
import traceback
import types


def test_stack():
    ours = [frame for frame in traceback.extract_stack() if frame.filename.startswith("<prun>")]
    assert {frame.filename for frame in ours} > {"<prun>/main.py", "<prun>/runner.py"}
    assert all(frame.line for frame in ours), "a traceback has the source"


def test_modules():
    ours = [module for name, module in sys.modules.items() if name.partition(".")[0] == "prun"]
    functions = [f for module in ours for f in vars(module).values() if isinstance(f, types.FunctionType)]
    files = {inspect.unwrap(f).__code__.co_filename for f in functions if f.__module__.startswith("prun")}
    assert len(files) > 8 and not [name for name in files if os.path.exists(name)]
    assert not [module for module in ours if hasattr(module, "__file__")]
PY
prun -n 1
is "$rc" 0 'the names of no files'

# ---- xdist's hooks may be there without xdist ----

fresh
put conftest.py <<'PY'
def pytest_configure_node(node):
    pass


def pytest_xdist_setupnodes(config, specs):
    pass


def pytest_xdist_node_collection_finished(node, ids):
    pass
PY
put test_a.py <<'PY'
def test_a():
    pass
PY
prun -n 2 -p no:xdist
is "$rc" 0 'hooks of xdist are known without it'

# ---- a plugin that has a master's part only where there is xdist ----

fresh
put conftest.py <<'PY'
def pytest_configure(config):
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(Master())
    if hasattr(config, "workerinput"):
        config.seed = config.workerinput["seed"]


class Master:
    def pytest_configure_node(self, node):
        node.workerinput["seed"] = 7
PY
put test_a.py <<'PY'
def test_a(pytestconfig):
    assert pytestconfig.seed == 7
PY
for way in '-p no:xdist' '-p no:cacheprovider'; do
    # shellcheck disable=SC2086 # two words
    run env PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 "$PRUN" -n 2 $way
    is "$rc" 0 "where there are workers there is a plugin called xdist ($way)"
done
prun -p no:xdist --collect-only -q
is "$rc" 0 '-p no:xdist without workers'

# ---- a plugin that replaces another one, everywhere, and asks who it is ----

fresh
put conftest.py <<'PY'
import pytest
from _pytest.terminal import TerminalReporter


class Reporter(TerminalReporter):
    started = False

    def pytest_sessionstart(self, session):
        self.started = True
        super().pytest_sessionstart(session)

    def write_sep(self, sep, title=None, **markup):
        super().write_sep(sep, title and f"<{title}>", **markup)


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    standard = config.pluginmanager.getplugin("terminalreporter")
    config.standard = type(standard).__name__
    reporter = Reporter(standard.config)
    reporter.of_worker = hasattr(config, "workerinput")
    config.pluginmanager.unregister(standard)
    config.pluginmanager.register(reporter, "terminalreporter")
PY
put test_a.py <<'PY'
def test_a(pytestconfig):
    reporter = pytestconfig.pluginmanager.getplugin("terminalreporter")
    assert pytestconfig.standard == "TerminalReporter"
    assert reporter.of_worker and reporter.started


def test_b():
    pass
PY
prun -n 2 -s
is "$rc" 0 'a plugin that replaces the reporter replaces it once more in the worker'
is "$(grep -c 'test session starts' "$out")" 1 'and it does not write to our terminal there'

done_testing
