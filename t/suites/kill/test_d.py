import pytest


@pytest.fixture(scope="module", autouse=True)
def module():
    yield


@pytest.mark.parametrize("n", range(500))
def test_any(n):
    pass
