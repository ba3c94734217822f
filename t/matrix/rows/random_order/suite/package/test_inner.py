import pytest


@pytest.fixture(scope="module")
def shared():
    return []


@pytest.mark.parametrize("n", range(6))
def test_inner(shared, n):
    shared.append(n)
    assert len(set(shared)) == len(shared)
