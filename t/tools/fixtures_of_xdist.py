"""pytest plugin for the serial side of a comparison, where xdist is absent: prun -n brings these, and a message
about a missing fixture lists all there are."""
import pytest


@pytest.fixture(scope="session")
def worker_id():
    return "master"


@pytest.fixture(scope="session")
def testrun_uid():
    return "serial"
