import pytest

from shop.models import Item


@pytest.mark.django_db(databases=["default", "archive"])
@pytest.mark.parametrize("n", range(4))
@pytest.mark.parametrize("alias", ["default", "archive"])
def test_reused(alias, n):
    assert Item.objects.using(alias).filter(name="of an earlier run").exists()


@pytest.mark.django_db(databases=["default", "archive"])
@pytest.mark.parametrize("n", range(4))
def test_created(n):
    assert [item.name for item in Item.objects.all()] == ["of the migration"]
