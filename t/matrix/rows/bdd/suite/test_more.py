from pytest_bdd import scenarios

scenarios("more.feature")


def test_plain():
    pass
