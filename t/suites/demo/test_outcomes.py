"""A skip, an expected failure, and the older style of test class."""

import sys
import unittest

import pytest


@pytest.mark.skip(reason="to show a skip")
def test_skipped():
    raise AssertionError("not reached")


@pytest.mark.skipif(sys.version_info < (3, 0), reason="needs Python 3")
def test_not_skipped():
    assert True


@pytest.mark.xfail(reason="to show an expected failure")
def test_expected_failure():
    assert 1 == 2


class TestCase(unittest.TestCase):
    def setUp(self):
        self.items = [3, 1, 2]

    def test_sorted(self):
        self.assertEqual(sorted(self.items), [1, 2, 3])

    def test_subtests(self):
        for item in self.items:
            with self.subTest(item=item):
                self.assertIn(item, self.items)
