import pytest


@pytest.fixture
def short():
    yield
    print("short is over")


@pytest.fixture(scope="module", autouse=True)
def of_module():
    yield


@pytest.fixture(scope="session")
def of_session():
    yield
