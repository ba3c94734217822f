import sys
import unittest
import warnings
from unittest import mock

import pytest


class Outcomes(unittest.TestCase):
    """A TestCase."""

    def setUp(self):
        print("setUp")
        self.addCleanup(print, "cleanup")

    def tearDown(self):
        print("tearDown", file=sys.stderr)

    def test_passes(self):
        self.assertEqual(1, 1)

    def test_fails(self):
        """Not this one's words."""
        print("about to fail")
        self.assertEqual([1, 2, 3], [1, 2, 4], "lists differ")

    def test_bare_assert(self):
        answer = 41
        assert answer == 42

    def test_error(self):
        raise ValueError("an error")

    def test_fail(self):
        self.fail("by hand")

    @unittest.skip("never")
    def test_skipped(self):
        pass

    @unittest.skipIf(True, "if")
    def test_skipped_if(self):
        pass

    @unittest.skipUnless(sys.platform.startswith("linux"), "unless")
    def test_not_skipped(self):
        pass

    def test_skips(self):
        self.skipTest("while it runs")

    def test_raises_skip(self):
        raise unittest.SkipTest("raised")

    @unittest.expectedFailure
    def test_expected_failure(self):
        self.assertTrue(False)

    @unittest.expectedFailure
    def test_unexpected_success(self):
        pass

    def test_warns(self):
        warnings.warn("from a TestCase", UserWarning)

    @pytest.mark.xfail(reason="known")
    def test_xfail(self):
        self.fail()

    @mock.patch("os.getcwd", return_value="/nowhere")
    def test_patched(self, getcwd):
        self.assertIs(getcwd.called, False)

    def test_logs(self):
        import logging

        with self.assertLogs("room", "INFO") as said:
            logging.getLogger("room").info("hello")
        self.assertEqual(said.output, ["INFO:room:hello"])


class Fixtures(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def give(self, tmp_path, capsys):
        self.tmp_path = tmp_path
        self.capsys = capsys

    def test_tmp_path(self):
        self.assertEqual(list(self.tmp_path.iterdir()), [])

    def test_capsys(self):
        print("seen")
        self.assertEqual(self.capsys.readouterr().out, "seen\n")


@pytest.mark.usefixtures("tmp_path")
class BrokenSetUp(unittest.TestCase):
    def setUp(self):
        self.addCleanup(self.fail, "a cleanup fails too")
        raise OSError("no setUp")

    def test_first(self):
        pass


class BrokenTearDown(unittest.TestCase):
    def tearDown(self):
        raise OSError("no tearDown")

    def test_first(self):
        pass

    def test_fails_as_well(self):
        self.fail("first")


@unittest.skip("the whole class")
class Skipped(unittest.TestCase):
    def test_first(self):
        pass


class Base:
    """Tests that are inherited."""

    value = None

    def test_value(self):
        self.assertIsNotNone(self.value)

    def test_no_three(self):
        self.assertNotEqual(self.value, 3)


class Two(Base, unittest.TestCase):
    value = 2


class Three(Base, unittest.TestCase):
    value = 3


class OldStyle(unittest.TestCase):
    def runTest(self):
        self.assertTrue(True)


def load_tests(loader, tests, pattern):
    """pytest does not ask."""
    raise NotImplementedError
