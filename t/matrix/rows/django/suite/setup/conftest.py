import pytest

from shop.models import Item


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """What pytest-django's own makes, and data for all tests."""
    with django_db_blocker.unblock():
        Item.objects.create(name="of the session", price=100)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    from django.conf import settings

    settings.GREETING = settings.DATABASES["default"].setdefault("TEST", {}).get("NAME") or "in memory"
