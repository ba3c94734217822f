"""Fixtures of every scope."""

import pytest


@pytest.mark.parametrize("fruit", ["apple", "pear", "plum"])
def test_price(catalogue, currency, fruit):
    assert catalogue[fruit] > 0
    assert currency == "EUR"


def test_journal_is_shared_within_the_module(journal):
    journal.append("opened")
    assert "opened" in journal


class TestBasket:
    def test_takes_fruit(self, basket, catalogue):
        basket["apple"] = catalogue["apple"]
        assert sum(basket.values()) >= 3

    def test_is_shared_within_the_class(self, basket):
        basket["pear"] = 5
        assert basket["pear"] == 5

    def test_class_fixture_sees_its_class(self, basket):
        assert self.seen == []


class TestReceipt:
    def test_starts_at_zero(self, receipt):
        assert receipt.read_text() == "total 0\n"

    def test_grows(self, receipt, catalogue):
        with receipt.open("a") as file:
            file.writelines(f"{name} {price}\n" for name, price in catalogue.items())
        assert len(receipt.read_text().splitlines()) == 4
