import unittest


class SubTests(unittest.TestCase):
    def test_passes(self):
        for n in range(3):
            with self.subTest(n=n):
                print("number", n)

    def test_some_fail(self):
        for n in range(4):
            with self.subTest("a number", n=n, text="x", pair=(n, "'")):
                self.assertEqual(n % 2, 0)

    def test_skips(self):
        for n in range(3):
            with self.subTest(n=n):
                if n == 1:
                    self.skipTest("not now")

    def test_fails_after(self):
        with self.subTest(n=0):
            self.fail("inside")
        self.fail("outside")


class Without(unittest.TestCase):
    def test_passes(self):
        pass
