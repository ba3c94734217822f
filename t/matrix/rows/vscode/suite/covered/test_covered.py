import pytest
from covered import sign


@pytest.mark.parametrize("n, expected", [(-5, -1), (3, 1), (4, 1), (-1, 1)])
def test_sign(n, expected):
    assert sign(n) == expected
