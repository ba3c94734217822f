import os
import unittest

from conftest import note


def setUpModule():
    note("up", "module", __name__)
    os.environ["MODULE_IS_UP"] = "yes"


def tearDownModule():
    del os.environ["MODULE_IS_UP"]
    note("down", "module", __name__)


class Shared(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        note("up", "class", cls.__name__)
        cls.addClassCleanup(note, "down", "class", cls.__name__)
        cls.table = []

    @classmethod
    def tearDownClass(cls):
        cls.table = None

    def setUp(self):
        note("up", "function", self.id())
        self.addCleanup(note, "down", "function", self.id())

    def test_one(self):
        self.table.append("one")
        self.assertEqual(os.environ["MODULE_IS_UP"], "yes")

    def test_two(self):
        self.table.append("two")
        self.assertEqual(self.table[-1], "two")

    def test_three(self):
        self.assertNotIn("three", self.table)

    def test_four(self):
        self.assertIn("four", self.table)


class Inherits(Shared):
    """setUpClass is called for it as well."""


class BrokenSetUpClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        note("up", "class", cls.__name__)
        cls.addClassCleanup(note, "down", "class", cls.__name__)
        raise OSError("no setUpClass")

    def test_one(self):
        pass

    def test_two(self):
        pass


class SkipsInSetUpClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise unittest.SkipTest("no database")

    def test_one(self):
        pass

    def test_two(self):
        pass
