from django.test import SimpleTestCase, TestCase, TransactionTestCase, override_settings

from shop.models import Item


class Simple(SimpleTestCase):
    @override_settings(GREETING="hi")
    def test_settings(self):
        self.assertContains(self.client.get("/greeting/"), "hi")

    def test_no_database(self):
        Item.objects.count()  # refused


class WithData(TestCase):
    """Needs no data of migrations: --dist loadscope runs it after tests that leave the tables empty, as xdist's does."""

    databases = {"default", "archive"}

    @classmethod
    def setUpTestData(cls):
        cls.item = Item.objects.create(name="of the class", price=2)

    def test_first(self):
        self.item.price = 5
        self.item.save()
        self.assertEqual(Item.objects.get(name="of the class").price, 5)

    def test_second(self):
        self.assertEqual(Item.objects.get(name="of the class").price, 2)
        Item.objects.using("archive").create(name="x")

    def test_subtests(self):
        for price in 1, 2:
            with self.subTest(price):
                self.assertGreaterEqual(self.item.price, price)

    def test_fails(self):
        self.assertNumQueries(3, Item.objects.count)


class Transactions(TransactionTestCase):
    serialized_rollback = True

    def test_data_of_migrations(self):
        self.assertEqual(Item.objects.get().price, 7)
        Item.objects.create(name="committed")

    def test_again(self):
        self.assertEqual(Item.objects.get().price, 7)
