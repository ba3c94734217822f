import pytest

from shop.models import Item


@pytest.mark.django_db
@pytest.mark.parametrize("n", range(6))
def test_data_of_the_session(n):
    assert Item.objects.filter(name="of the session").update(price=n) == 1


@pytest.mark.django_db
def test_is_as_it_was():
    assert Item.objects.get(name="of the session").price == 100
