import os
import time

import pytest


@pytest.fixture(scope="module")
def answer(module_mocker):
    return module_mocker.patch("os.getlogin", return_value="module")


@pytest.fixture(scope="class")
def clock(class_mocker):
    return class_mocker.patch("time.time", return_value=12.5)


@pytest.fixture(scope="session", autouse=True)
def home(session_mocker):
    session_mocker.patch("os.path.expanduser", return_value="/session")


@pytest.fixture(scope="package")
def package(package_mocker):
    return package_mocker.patch("os.getppid", return_value=1)


def test_patched_and_put_back(mocker):
    getcwd = mocker.patch("os.getcwd", return_value="/nowhere")
    assert os.getcwd() == "/nowhere"
    getcwd.assert_called_once_with()


def test_is_back():
    assert os.getcwd() != "/nowhere"


@pytest.mark.parametrize("n", range(4))
def test_module_scope(answer, n):
    assert os.getlogin() == "module"


def test_package_scope(package):
    assert os.getppid() == 1


def test_session_scope():
    assert os.path.expanduser("~") == "/session"


class TestClassScope:
    def test_first(self, clock):
        assert time.time() == 12.5

    def test_second(self, clock):
        assert time.time() == 12.5
        assert clock.call_count >= 1


def test_spy(mocker):
    spy = mocker.spy(os.path, "join")
    assert os.path.join("a", "b") == "a/b"
    spy.assert_called_once_with("a", "b")
    assert spy.spy_return == "a/b"


def test_stub_says_what_differs(mocker):
    stub = mocker.stub(name="callback")
    stub("one", two=2)
    stub.assert_called_once_with("one", two=3)


def test_resetall(mocker):
    one = mocker.patch("os.nice")
    one(1)
    mocker.resetall()
    assert not one.called
