import pytest

from shop import tax


@pytest.mark.parametrize("kind, rate", [("books", 7), ("none", 0), ("food", 7)])
def test_rate(kind, rate):
    assert tax.rate(kind) == rate


def test_thread():
    assert tax.rates_in_thread(["thread"]) == [1]


@pytest.mark.no_cover
def test_marked_no_cover():
    assert tax.unwatched() == 1


def test_no_cover(no_cover):
    assert tax.rate("cars") == 19


def test_measured_again():
    assert tax.rate_of_thread("x") == 2


def test_cov_fixture(cov):
    assert cov.get_option("run:data_file")
