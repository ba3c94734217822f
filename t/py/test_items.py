"""prun.items: names for the core's table."""
import pytest

from prun.items import c_string, c_strings


@pytest.mark.parametrize(
    "texts",
    [[], [""], ["a"], ["", ""], ["a", "b", "c"], ["a\0", "b"], ["\0"], ["\0", "\0"], ["ü", "\ud800", "a::b[\n]"], ["a", "b\0c", ""]],
)
def test_many_are_what_each_is(texts):
    assert c_strings(texts) == [c_string(text) for text in texts]


def test_no_end_within():
    assert c_string("a\0b\ud800") == b"a\\0b\\ud800"
