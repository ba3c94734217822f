"""pytest-xdist's hook specifications, for suites and plugins that implement them where xdist is absent.

pytest refuses a ``pytest_*`` function that no specification knows.  Names and parameters are xdist's.
"""
import pytest


@pytest.hookspec()
def pytest_xdist_setupnodes(config, specs):
    """Before any worker is forked."""


@pytest.hookspec()
def pytest_xdist_newgateway(gateway):
    """A worker is about to be forked."""


@pytest.hookspec()
def pytest_xdist_rsyncstart(source, gateways):
    """Never called: workers share this machine's files."""


@pytest.hookspec()
def pytest_xdist_rsyncfinish(source, gateways):
    """Never called: workers share this machine's files."""


@pytest.hookspec(firstresult=True)
def pytest_xdist_getremotemodule():
    """Never called: workers are forks of the master."""


@pytest.hookspec()
def pytest_configure_node(node):
    """Before a worker is forked: `node.workerinput` may be filled."""


@pytest.hookspec()
def pytest_testnodeready(node):
    """A worker has been forked."""


@pytest.hookspec()
def pytest_testnodedown(node, error):
    """A worker is over; `node.workeroutput` is what it left, `error` None or how it died."""


@pytest.hookspec()
def pytest_xdist_node_collection_finished(node, ids):
    """A worker knows the items: at once, since it was forked after collection."""


@pytest.hookspec(firstresult=True)
def pytest_xdist_make_scheduler(config, log):
    """What is returned, prun asks for the unit of each test (see scheduler.py), and schedules by itself."""


@pytest.hookspec(firstresult=True)
def pytest_xdist_auto_num_workers(config):
    """The number of workers for ``-n auto``."""


@pytest.hookspec(firstresult=True)
def pytest_handlecrashitem(crashitem, report, sched):
    """An item ended with its worker: `report` may be changed."""
