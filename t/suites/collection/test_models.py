"""What pytest is asked for between two functions is no model for the second."""
import functools


def test_first(first):
    pass


def _two(second, value):
    pass


test_partial = functools.partial(_two, value=1)


def test_second(first):
    pass


def test_third(first):
    pass
