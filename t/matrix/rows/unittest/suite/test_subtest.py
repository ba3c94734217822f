import unittest


class SubTests(unittest.TestCase):
    def test_passes(self):
        for n in range(3):
            with self.subTest(n=n):
                print("number", n)

    def test_one_fails(self):
        for n in range(5):
            with self.subTest("a number", n=n, text="x", pair=(n, "'")):
                print("number", n)
                self.assertNotEqual(n, 2)

    def test_many_fail(self):
        for n in range(5):
            with self.subTest(n=n):
                self.assertEqual(n % 2, 0)
        print("after them")

    def test_nested(self):
        with self.subTest("outer"):
            with self.subTest("inner", n=1):
                self.fail("inner")

    def test_skips(self):
        for n in range(3):
            with self.subTest(n=n):
                if n == 1:
                    self.skipTest("not this one")

    def test_error_after_subtests(self):
        with self.subTest(n=0):
            self.fail("first")
        raise ValueError("then")

    @unittest.expectedFailure
    def test_expected_failure(self):
        with self.subTest(n=0):
            self.fail("as expected")

    def test_without(self):
        print("no subtests")
