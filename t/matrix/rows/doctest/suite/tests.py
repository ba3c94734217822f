"""
>>> 1
1
"""


def test_function():
    """
    >>> 2
    2
    """
