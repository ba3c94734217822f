"""Parameters: values, ids, scopes, fixtures with some; what is between them."""
import pytest


@pytest.fixture(params=["x", "y"], scope="module")
def letter(request):
    return request.param


@pytest.fixture(params=[1, 2])
def number(request):
    return request.param


@pytest.fixture(autouse=True)
def always():
    pass


@pytest.mark.parametrize("a", [1, 2.5, None, "text", b"bytes", True, (), object, "ü"])
def test_values(a):
    pass


def test_between():
    pass


@pytest.mark.parametrize("a,b", [(1, 2), pytest.param(3, 4, id="three"), pytest.param(5, 6, marks=pytest.mark.xfail)])
@pytest.mark.parametrize("c", "xy", ids=str.upper)
def test_product(a, b, c):
    pass


def test_between_too():
    pass


@pytest.mark.parametrize("letter", ["p", "q"], indirect=True)
def test_indirect(letter):
    pass


@pytest.mark.parametrize("a", [1, 2], scope="session")
def test_session(a):
    pass


@pytest.mark.parametrize("a", [2, 1], scope="module")
def test_module(a, first):
    pass


def test_letter(letter):
    pass


def test_number(number):
    pass


def test_both(letter, number, first):
    pass


def test_letter_again(letter):
    pass


@pytest.mark.parametrize("a", [])
def test_empty(a):
    pass


@pytest.mark.parametrize("a", [1, 1, 1])
def test_duplicates(a):
    pass


@pytest.mark.parametrize("a", [1], ids=["one"])
@pytest.mark.own
def test_ids(a, first):
    pass


@pytest.mark.parametrize("a", [1, 2], scope="class")
class TestScoped:
    def test_one(self, a):
        pass

    def test_two(self, a):
        pass

    def test_number(self, a, number):
        pass


@pytest.mark.own
@pytest.mark.parametrize("a", ["parametrize", "pytestmark", "test_keys", "test_keys[parametrize]", "own", "other"])
def test_keys(a):
    pass


@pytest.mark.parametrize("a", ["b", "parametrize", pytest.param("c", marks=pytest.mark.own), "own", "", "d"])
@pytest.mark.own
def test_keys_later(a):
    pass
