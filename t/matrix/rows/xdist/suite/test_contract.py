"""What a suite may rely on in a worker, and in the one process where there are none."""
import os
import sys

import pytest

xdist = pytest.importorskip("xdist")


def in_worker(config):
    return hasattr(config, "workerinput")


def test_worker_id(worker_id, pytestconfig):
    if in_worker(pytestconfig):
        assert worker_id == pytestconfig.workerinput["workerid"] == os.environ["PYTEST_XDIST_WORKER"]
        assert worker_id.startswith("gw")
    else:
        assert worker_id == "master"
        assert "PYTEST_XDIST_WORKER" not in os.environ


def test_count(pytestconfig):
    if in_worker(pytestconfig):
        count = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
        assert count == pytestconfig.workerinput["workercount"] > 1


def test_testrun_uid(testrun_uid, pytestconfig, tmp_path_factory):
    assert len(testrun_uid) >= 4
    assert os.environ.get("TESTRUNUID", testrun_uid) == testrun_uid
    if in_worker(pytestconfig):
        assert testrun_uid == os.environ["PYTEST_XDIST_TESTRUNUID"] == pytestconfig.workerinput["testrunuid"]


@pytest.mark.parametrize("n", range(4))
def test_shared_folder(testrun_uid, tmp_path_factory, pytestconfig, n):
    """The folder above a worker's is common to all: pytest-xdist's recipe for data that is made once."""
    if not in_worker(pytestconfig):
        return
    base = tmp_path_factory.getbasetemp()
    assert base.name == "popen-" + pytestconfig.workerinput["workerid"]
    shared = base.parent / "uid"
    try:
        with open(shared, "x") as f:
            f.write(testrun_uid)
    except FileExistsError:
        # Who made it may not have written yet.
        assert shared.read_text() in ("", testrun_uid)


def test_functions(request, pytestconfig):
    worker = in_worker(pytestconfig)
    assert xdist.is_xdist_worker(request) is worker
    assert not xdist.is_xdist_controller(request)
    assert xdist.get_xdist_worker_id(request) == (os.environ["PYTEST_XDIST_WORKER"] if worker else "master")
    assert xdist.get_xdist_worker_id(request.session) == xdist.get_xdist_worker_id(request)


def test_options(pytestconfig):
    assert pytestconfig.option.dist == "no"
    assert pytestconfig.getoption("numprocesses") in (None, 0)
    assert pytestconfig.getoption("tx") in ([], ["popen"]) or in_worker(pytestconfig)
    assert not pytestconfig.option.usepdb
    assert pytestconfig.pluginmanager.hasplugin("xdist")
    assert not pytestconfig.pluginmanager.hasplugin("dsession")


def test_input(pytestconfig):
    if in_worker(pytestconfig):
        assert pytestconfig.workerinput["word"] == "a word from the controller"
        assert any("test_contract.py" in arg for arg in pytestconfig.workerinput["mainargv"])
        assert isinstance(pytestconfig.workeroutput, dict)


def test_standard_input():
    assert not os.isatty(0)
    assert sys.__stdin__.read() == ""


@pytest.fixture(scope="session")
def of_session(worker_id):
    return [worker_id]


@pytest.fixture(scope="session", params=["a", "b"])
def parameter_of_session(request, of_session):
    yield request.param


def test_session_fixture(of_session, worker_id):
    assert of_session == [worker_id]


def test_session_parameter(parameter_of_session):
    assert parameter_of_session in "ab"


def test_fails():
    assert not isinstance("worker_id", str)


def test_skip():
    pytest.skip("here")
