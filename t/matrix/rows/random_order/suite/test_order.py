import pytest


@pytest.mark.parametrize("n", range(12))
def test_a(n):
    assert n != 5


@pytest.mark.random_order(disabled=True)
class TestInOrder:
    @pytest.mark.parametrize("n", "abcd")
    def test_b(self, n):
        pass


class TestShuffled:
    def test_c(self):
        pass

    def test_d(self):
        pass

    @pytest.mark.skip
    def test_e(self):
        pass
