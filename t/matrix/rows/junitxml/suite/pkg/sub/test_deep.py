import unittest

import pytest


class TestCase(unittest.TestCase):
    def test_unit(self):
        print("unit")

    def test_fails(self):
        self.assertEqual(1, 2)


@pytest.mark.parametrize("n", range(6))
def test_many(n):
    pass
