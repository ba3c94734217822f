import os

import pytest


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """The connection that was opened while Django was loaded is still good in the process that opened it."""
    if "SHOP_EARLY" in os.environ and not hasattr(session.config, "workerinput"):
        from django.db import connection
        from pytest_django import plugin

        key = getattr(plugin, "blocking_manager_key", None)
        with (session.config.stash[key] if key else plugin._blocking_manager).unblock():
            with connection.cursor() as cursor:
                cursor.execute("select 1")
                assert cursor.fetchone() == (1,)


@pytest.fixture(autouse=True)
def note_database(request, django_db_blocker):
    """Which database each test had: the rows of the compatibility table want to know."""
    yield
    if "_django_db_helper" in request.fixturenames or hasattr(request.cls, "databases"):
        from django.db import connections

        names = [str(connections[alias].settings_dict["NAME"]) for alias in ("default", "archive")]
        with open(f"databases-{os.environ.get('PYTEST_XDIST_WORKER', 'master')}", "a") as f:
            print(*(name for name in names if "test_" in name), file=f)
