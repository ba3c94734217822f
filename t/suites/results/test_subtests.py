"""Subtests of pytest 9.  Those of unittest print their progress into the captured output, so they are elsewhere."""
import pytest

if pytest.version_tuple >= (9,):

    def test_subtests(subtests):
        for n in range(4):
            with subtests.test("number", n=n, t=(n,)):
                print(f"subtest {n}")
                assert n != 2


def test_after():
    pass
