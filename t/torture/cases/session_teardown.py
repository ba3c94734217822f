"""A crash in the teardown of a session fixture, which is part of its worker's last test."""
import os

import pytest

OTHERS = ("passed", "crashed")
STATUS = 1
SAYS = "crashed while running"


@pytest.fixture(scope="session", autouse=True)
def dies():
    yield
    os._exit(1)


def test_it():
    pass
