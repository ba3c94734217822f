"""prun.rand: a seed that the suite set is kept, a state that was merely drawn from is not."""
import random

import pytest
from prun import rand


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    state = random.getstate()
    random.seed()
    monkeypatch.setattr(rand, "_at_start", random.getstate())
    yield
    random.setstate(state)


def test_untouched():
    assert rand.snapshot() is None


@pytest.mark.parametrize("draws", [1, 623, 624, 625, 5000])
def test_drawn(draws):
    for _ in range(draws):
        random.getrandbits(32)
    assert rand.snapshot() is None


def test_gauss_is_drawing():
    random.gauss(0, 1)
    assert rand.snapshot() is None


@pytest.mark.parametrize("draws", [0, 1, 1000])
def test_seeded(draws):
    random.seed(7)
    for _ in range(draws):
        random.random()
    state = rand.snapshot()
    wanted = random.random()
    random.seed()
    rand.restore(state)
    assert random.random() == wanted


def test_nothing_to_restore():
    random.seed(7)
    before = random.getstate()
    rand.restore(None)
    assert random.getstate() == before
