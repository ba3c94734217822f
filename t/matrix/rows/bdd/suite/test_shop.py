from pytest_bdd import scenario, scenarios


@scenario("shop.feature", "Buy one thing")
def test_buy_one_thing(request):
    assert request.getfixturevalue("basket") == ["apple"]


scenarios("shop.feature")
