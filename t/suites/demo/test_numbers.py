"""One test run with many arguments."""

import math

import pytest


@pytest.mark.parametrize("n", range(8))
def test_square_root_of_a_square(n):
    assert math.isqrt(n * n) == n


@pytest.mark.parametrize("a", [2, 3])
@pytest.mark.parametrize("b", [5, 7])
def test_product_of_primes_has_both_as_factors(a, b):
    assert (a * b) % a == (a * b) % b == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [("10", 10), ("0x10", 16), ("0b10", 2), pytest.param("-7", -7, id="negative")],
)
def test_int_with_a_prefix(text, value):
    assert int(text, 0) == value


def test_float_is_close():
    assert 0.1 + 0.2 == pytest.approx(0.3)


def test_division_by_zero():
    with pytest.raises(ZeroDivisionError, match="division"):
        1 // 0
