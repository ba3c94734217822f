import datetime
import logging
import sys

import pytest


class Opaque:
    def __repr__(self):
        return "<opaque thing>"


def test_passes(subtests):
    for n in range(3):
        with subtests.test(n=n):
            print("number", n)


def test_parameters(subtests):
    for value in (1, "a string", ("a", 1), None, 1.5, b"bytes", {"a": [1]}, Opaque(), datetime.date(2026, 1, 2)):
        with subtests.test("message", value=value, other="b"):
            assert value is None


def test_no_message(subtests):
    with subtests.test():
        assert False
    with subtests.test(msg="with words"):
        raise ValueError("an error")


def test_output(subtests):
    print("before")
    for n in range(3):
        with subtests.test("output", n=n):
            print("out", n)
            print("err", n, file=sys.stderr)
            logging.getLogger("room").warning("log %d", n)
            assert n != 1
    print("after")


def test_outside_fails_too(subtests):
    with subtests.test("inside"):
        assert [1] == [2]
    assert [3] == [4]


def test_only_outside_fails(subtests):
    with subtests.test("inside"):
        pass
    raise ValueError("outside")


def test_skips(subtests):
    for n in range(3):
        with subtests.test("skips", n=n):
            if n == 1:
                pytest.skip("not now")


def test_xfails(subtests):
    for n in range(3):
        with subtests.test("xfails", n=n):
            if n == 1:
                pytest.xfail("wrong")


@pytest.mark.xfail(reason="later")
def test_xfail_mark(subtests):
    with subtests.test("inside"):
        assert False


@pytest.fixture
def given(subtests):
    with subtests.test("in a fixture"):
        yield 1


@pytest.mark.parametrize("n", range(4))
def test_parametrized(subtests, n):
    for m in range(3):
        with subtests.test(m=m):
            assert n * m != 4


def test_nested(subtests):
    with subtests.test("outer"):
        with subtests.test("inner"):
            assert False


def test_capsys(subtests, capsys):
    with subtests.test("captured"):
        print("seen")
        assert capsys.readouterr().out == "seen\n"


def test_property(subtests, record_property):
    record_property("outside", 1)
    with subtests.test("inside"):
        record_property("inside", 2)


def test_without():
    pass


@pytest.fixture
def broken():
    raise OSError("no fixture")


def test_error(subtests, broken):
    pass
