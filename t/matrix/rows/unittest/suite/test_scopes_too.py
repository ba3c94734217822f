import unittest

from conftest import note


def setUpModule():
    note("up", "module", __name__)


def tearDownModule():
    note("down", "module", __name__)


class TearsDownClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        note("up", "class", cls.__name__)

    @classmethod
    def tearDownClass(cls):
        note("down", "class", cls.__name__)

    def test_one(self):
        pass

    def test_two(self):
        self.fail("two")

    def test_three(self):
        pass


def test_function():
    """Of the same module, but of no class."""
