"""Nothing but plain functions, and docstrings that are tests.

>>> 1 + 1
2
"""
import os  # noqa: F401


def test_a():
    """
    >>> 2 + 2
    4
    """


def test_b():
    pass


def test_c(first, second):
    pass


def test_d(first, second):
    pass
