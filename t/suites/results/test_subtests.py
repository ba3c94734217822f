"""Subtests, of pytest 9 and of unittest."""
import unittest

import pytest

if pytest.version_tuple >= (9,):

    def test_subtests(subtests):
        for n in range(4):
            with subtests.test("number", n=n, t=(n,)):
                print(f"subtest {n}")
                assert n != 2

    class TestUnitSub(unittest.TestCase):
        def test_sub(self):
            for n in range(3):
                with self.subTest(n=n):
                    self.assertNotEqual(n, 1)


def test_after():
    pass
