import decimal

import pytest


@pytest.fixture(autouse=True)
def names(doctest_namespace):
    doctest_namespace["Decimal"] = decimal.Decimal


@pytest.fixture(autouse=True, scope="session")
def currency(doctest_namespace):
    doctest_namespace["currency"] = "EUR"


@pytest.fixture
def basket():
    yield ["apple"]
    print("basket is empty again")
