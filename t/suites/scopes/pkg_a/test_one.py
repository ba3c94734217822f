import pytest


@pytest.mark.parametrize("n", range(6))
def test_one(n):
    pass


class TestOne:
    @pytest.mark.parametrize("n", range(4))
    def test_in_one(self, n):
        pass
