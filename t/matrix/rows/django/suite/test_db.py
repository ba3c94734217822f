import pytest
from django.db import connection, transaction

from shop.models import Item

MIGRATED = ["of the migration"]


def names():
    return sorted(Item.objects.values_list("name", flat=True))


def test_no_database():
    Item.objects.count()  # refused


@pytest.mark.django_db
@pytest.mark.parametrize("n", range(6))
def test_each_alone(n):
    assert names() == MIGRATED
    Item.objects.create(name="the same in each")


@pytest.mark.django_db
def test_fails():
    Item.objects.create(name="x")
    assert names() == MIGRATED


@pytest.fixture
def item(db):
    return Item.objects.create(name="of a fixture", price=3)


def test_fixture(item):
    assert Item.objects.get(price=3) == item


@pytest.mark.xfail(strict=True)
def test_unique(item):
    Item.objects.create(name="of a fixture")


@pytest.mark.django_db
@pytest.mark.skipif("True")
def test_skipped():
    raise AssertionError


def test_queries(item, django_assert_num_queries, django_assert_max_num_queries):
    with django_assert_num_queries(1):
        names()
    with django_assert_max_num_queries(2):
        names()


def test_on_commit(db, django_capture_on_commit_callbacks):
    done = []
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        transaction.on_commit(lambda: done.append(1))
    assert len(callbacks) == 1 and done == [1]


@pytest.mark.django_db(databases=["default", "archive"])
@pytest.mark.parametrize("n", range(3))
def test_two_databases(n):
    assert Item.objects.using("archive").count() == 1
    Item.objects.using("archive").create(name="archived")
    assert Item.objects.count() == 1 and Item.objects.using("archive").count() == 2


@pytest.mark.django_db
def test_other_database_is_refused():
    Item.objects.using("archive").count()


class TestTransactions:
    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    @pytest.mark.parametrize("n", range(3))
    def test_data_of_migrations_is_back(self, n):
        assert not connection.in_atomic_block
        assert names() == MIGRATED
        Item.objects.create(name="truly committed")

    def test_fixture(self, transactional_db, django_db_serialized_rollback):
        assert names() == MIGRATED
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Item.objects.create(name="rolled back")
            1 / 0
        assert names() == MIGRATED

    @pytest.mark.django_db(transaction=True, reset_sequences=True, serialized_rollback=True)
    def test_sequences(self):
        Item.objects.all().delete()
        assert Item.objects.create(name="first").pk
