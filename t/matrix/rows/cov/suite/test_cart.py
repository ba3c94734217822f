import pytest

from shop.cart import Cart


@pytest.mark.parametrize("number", range(6))
def test_total(cart, number):
    if number:
        cart.add(3, number)
    assert cart.total() == 3 * number


def test_nothing(cart):
    with pytest.raises(ValueError):
        cart.add(3, 0)


def test_fails(cart):
    assert cart.add(5000).total() == 1


@pytest.mark.skip(reason="not yet")
def test_skipped(cart):
    cart.ship()


@pytest.mark.xfail(strict=True)
def test_xfails(cart):
    assert cart.check(3) is False


class TestFull:
    def test_discount(self, full):
        assert full.discount() == 100

    def test_large(self):
        assert Cart().add(170).discount() == -1
