import pytest


@pytest.mark.parametrize("n", range(6))
def test_nothing_of_the_source(n):
    pass
