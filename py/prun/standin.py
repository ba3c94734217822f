"""What xdist's plugin does and offers, registered in its place where it is absent (its options: options.py)."""
import uuid

import pytest

from prun import options, shim


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    options.normalise(config)


def pytest_xdist_auto_num_workers(config):
    return options.auto_workers(config)


def pytest_configure(config):
    config.addinivalue_line(
        "markers",
        "xdist_group: specify group for tests should run in same session in relation to one another.",
    )


@pytest.fixture(scope="session")
def worker_id(request):
    """Id of the worker that runs the test ('gw0', …), or 'master' when tests run in one process."""
    return shim.get_xdist_worker_id(request)


@pytest.fixture(scope="session")
def testrun_uid(request):
    """Identifier of this test run, the same in every worker."""
    if shim.is_xdist_worker(request):
        return request.config.workerinput["testrunuid"]
    return uuid.uuid4().hex
