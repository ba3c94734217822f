"""Prices.

>>> net(119, 19)
100.0
>>> currency
'EUR'
"""


def net(gross, percent):
    """Without tax.

    >>> net(107, 7)
    100.0
    >>> Decimal("1.10")
    Decimal('1.10')
    """
    return gross / (100 + percent) * 100


def wrong(price):
    """
    >>> wrong(1)
    1
    >>> print("it goes on")
    it does not go on
    >>> wrong(3)
    4
    """
    return price + 1


def raises():
    """
    >>> raises()
    Traceback (most recent call last):
        ...
    ValueError: no price

    >>> int("one")
    1
    """
    raise ValueError("no price")


class Price:
    """
    >>> Price(3)
    <shop.prices.Price object at 0x...>
    >>> Price(3).value
    3
    """

    def __init__(self, value):
        self.value = value

    def half(self):
        """
        >>> Price(3).half()     # doctest: +NUMBER
        1.50
        >>> Price(3).half()  # doctest: +SKIP
        never
        """
        return self.value / 2

    @property
    def text(self):
        """
        >>> Price(3).text
        'EUR 3'
        """
        return f"EUR {self.value}"


def skipped():
    """
    >>> skipped()  # doctest: +SKIP
    'all of it'
    """


def skips():
    """
    >>> import pytest
    >>> pytest.skip("while it runs")
    >>> skips()
    """
