"""Ids with newlines, quotes, NULs, emoji and 10,000 characters."""
import pytest

ODD = ["new\nline", "'\"`", "nul\0", "\U0001f600", "x" * 10000, "a::b", "[", "]", "@group", " ", "\x1b[31m", "\ud800"]


@pytest.mark.parametrize("value", ODD, ids=ODD)
def test_it(value):
    pass


@pytest.mark.parametrize("value", ODD)
def test_by_itself(value):
    pass
