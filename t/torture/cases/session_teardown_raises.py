"""Exceptions in the teardown of session fixtures."""
import pytest

EXPECT = {"test_exit": ("passed", "passed, error at teardown"), "test_base": ("passed", "passed, error at teardown")}
OTHERS = ("passed", "passed, error at teardown")
STATUS = (0, 1)
MODES = ("loadscope", "loadfile")


class Odd(BaseException):
    pass


@pytest.fixture(scope="session")
def exits():
    yield
    pytest.exit("enough")


@pytest.fixture(scope="session")
def base():
    yield
    raise Odd


def test_exit(exits):
    pass


def test_base(base):
    pass


def test_last():
    pass
