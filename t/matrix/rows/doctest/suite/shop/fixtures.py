"""What fixtures give to docstrings."""


def first(items):
    """
    >>> basket = getfixture("basket")
    >>> first(basket)
    'apple'
    >>> list(getfixture("tmp_path").iterdir())
    []
    """
    return items[0]


def no_fixture():
    """
    >>> getfixture("nobody")
    """


def text(word):
    """
    >>> text("größe")
    'GRÖSSE'
    >>> text(b"bytes")  # doctest: +ALLOW_BYTES
    'BYTES'
    """
    return word.upper()


def prints():
    """
    >>> prints()
    one
    <BLANKLINE>
    two   three
    >>> import sys; _ = sys.stdout.write("to stdout\\n")
    to stdout
    """
    print("one\n\ntwo three")


__test__ = {"more": ">>> 1 + 1\n2\n", "less": ">>> 1 - 1\n1\n"}
