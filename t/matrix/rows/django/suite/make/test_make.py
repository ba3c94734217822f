"""What an earlier run left in its databases."""
import pytest

from shop.models import Item


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        for alias in ("default", "archive"):
            Item.objects.using(alias).create(name="of an earlier run")


@pytest.mark.django_db(databases=["default", "archive"])
def test_make():
    assert Item.objects.using("archive").count() == 2
