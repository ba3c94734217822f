import pytest


@pytest.fixture
def first():
    return 1


@pytest.fixture
def second(first):
    return 2


@pytest.fixture(scope="session", autouse=True)
def whole():
    pass
