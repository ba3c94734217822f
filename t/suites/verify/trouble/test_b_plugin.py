"""Both lean on the state of ledger_plugin."""


def test_ledger():
    pass


def test_second_number(number):
    assert number == 2
