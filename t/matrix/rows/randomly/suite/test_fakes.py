import pytest

faker = pytest.importorskip("faker")
factory = pytest.importorskip("factory")
fuzzy = pytest.importorskip("factory.fuzzy")


class Person:
    def __init__(self, name, age):
        self.name = name
        self.age = age


class PersonFactory(factory.Factory):
    class Meta:
        model = Person

    name = factory.Faker("name")
    age = fuzzy.FuzzyInteger(0, 10**6)


@pytest.mark.parametrize("n", range(4))
def test_generator(record_property, n):
    record_property("name", faker.Faker().name())


def test_fixture(faker, record_property):
    record_property("name", faker.name())
    record_property("address", faker.address())


def test_factory(record_property):
    person = PersonFactory()
    record_property("name", person.name)
    record_property("age", person.age)
