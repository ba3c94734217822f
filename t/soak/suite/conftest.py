import pytest


@pytest.fixture(scope="session", autouse=True)
def session_of_all():
    yield


@pytest.fixture(scope="module", autouse=True)
def module_of_all():
    yield
