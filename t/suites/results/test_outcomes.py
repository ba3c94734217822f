"""Every kind of outcome, and everything that a report can carry."""
import logging
import sys
import unittest
import warnings

import pytest


def test_pass():
    pass


def test_fail():
    left, right = {"a": [1, 2, 3]}, {"a": [1, 2, 4]}
    assert left == right


def test_fail_output():
    print("to stdout")
    print("to stderr", file=sys.stderr)
    logging.getLogger("app").warning("to the log")
    raise ValueError("with output")


def test_pass_output():
    print("to stdout, passing")
    logging.getLogger("app").error("to the log, passing")


def test_chain():
    try:
        {}["key"]
    except KeyError as e:
        raise OSError(2, "No such file") from e


def test_skip():
    pytest.skip("not today")


@pytest.mark.skip(reason="by mark")
def test_skip_mark():
    pass


@pytest.mark.skipif("sys.platform != 'nowhere'", reason="by condition")
def test_skip_if():
    pass


@pytest.mark.xfail(reason="known")
def test_xfail():
    assert 0


@pytest.mark.xfail(reason="wrongly known")
def test_xpass():
    pass


@pytest.mark.xfail(strict=True, reason="strictly known")
def test_xpass_strict():
    pass


@pytest.mark.xfail(raises=KeyError)
def test_xfail_other():
    raise ValueError("not a KeyError")


def test_error_setup(bad_setup):
    pass


def test_error_teardown(bad_teardown):
    pass


def test_fail_and_error(bad_teardown):
    assert 0, "both"


def test_missing_fixture(no_such_fixture):
    pass


def test_warnings():
    warnings.warn("first")
    warnings.warn(DeprecationWarning("second"))
    warnings.warn(UserWarning("with", 2, "arguments"))


class OwnWarning(UserWarning):
    def __init__(self, number, *, text="own"):
        super().__init__(f"{text} {number}")


@pytest.mark.parametrize("n", range(3))
def test_own_warning(n):
    warnings.warn(OwnWarning(n))


def test_properties(record_property, record_xml_attribute):
    record_property("number", 3)
    record_property("text", "<&>\"'")
    record_property("tuple", (1, (2, b"x")))
    record_property("set", {1})
    record_xml_attribute("attribute", "set by the test")


def test_suite_property(record_testsuite_property):
    record_testsuite_property("of_the_suite", "kept")


@pytest.mark.parametrize(
    "text",
    ["plain", "ünïcödé ☃", "quote'\"", "back\\slash", "nul\0byte", "new\nline", "a::b", "a/b", "[x]", "at@sign", "\ud800"],
)
def test_odd_ids(text):
    print(ascii(text))
    assert len(text) != 10, ascii(text)


class TestUnit(unittest.TestCase):
    def setUp(self):
        self.value = 1

    def test_unit_pass(self):
        self.assertEqual(self.value, 1)

    def test_unit_fail(self):
        self.assertEqual(self.value, 2)

    @unittest.expectedFailure
    def test_unit_expected(self):
        self.fail()

    def test_unit_skip(self):
        self.skipTest("by unittest")


def test_big():
    """Five megabytes in one assertion."""
    raise AssertionError("x" * 5_000_000 + "END")
