import random

import pytest

AT_IMPORT = random.random()


@pytest.mark.parametrize("n", range(8))
def test_draws(draw, n):
    draw()
    draw()


def test_drew_while_imported(draw, record_property):
    record_property("at import", AT_IMPORT)


@pytest.mark.parametrize("n", range(4))
def test_records(record_property, n):
    record_property("drew", random.random())
    assert random.random() < 2


class TestFirst:
    @pytest.mark.parametrize("n", "abcd")
    def test_draws(self, draw, n):
        draw()

    def test_own_seed(self, draw):
        random.seed(1)
        draw()


class TestSecond:
    def test_fails(self, draw):
        draw()
        assert random.randrange(1000) == -1

    @pytest.mark.skip
    def test_skips(self):
        pass

    @pytest.mark.xfail
    def test_xfails(self, draw):
        draw()
        assert not random.randrange(1, 1000)
