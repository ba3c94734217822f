import pytest


@pytest.mark.parametrize("n", range(4))
def test_sub(of_session, n):
    assert n != 2
