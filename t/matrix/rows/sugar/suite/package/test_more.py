import unittest

import pytest


@pytest.mark.parametrize("text", ["a b", "ä", "[x]", "::"])
def test_odd_ids(text):
    assert text != "[x]"


class TestCase(unittest.TestCase):
    def test_subtests(self):
        for i in range(3):
            with self.subTest(i=i):
                assert i < 3

    @unittest.expectedFailure
    def test_expected(self):
        self.fail("expected")


def test_doc():
    """A docstring."""
