"""xdist's fixtures, registered where xdist is absent and workers were asked for (-n 0 included)."""
import uuid

import pytest

from prun import shim


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
