"""Exceptions in the teardown of session fixtures."""
import sys

import pytest

OTHERS = ("passed", "passed, error at teardown")
STATUS = (0, 1)


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


@pytest.fixture(scope="session")
def interrupts():
    yield
    raise KeyboardInterrupt


@pytest.fixture(scope="session")
def leaves():
    yield
    sys.exit(1)


def test_exit(exits):
    pass


def test_base(base):
    pass


def test_interrupt(interrupts):
    pass


def test_leave(leaves):
    pass


def test_last():
    pass
