import pytest

from shop import Cart


@pytest.fixture
def cart():
    return Cart()


@pytest.fixture
def full(cart):
    cart.add(60).add(70, 2)
    yield cart
    cart.check(20000)
