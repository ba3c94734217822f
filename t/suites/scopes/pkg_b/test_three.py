import pytest


class TestFirst:
    @pytest.mark.parametrize("n", range(2))
    def test_x(self, n):
        pass


class TestSecond:
    @pytest.mark.parametrize("n", range(7))
    def test_y(self, n):
        pass


@pytest.mark.xdist_group("db")
def test_of_db():
    pass
