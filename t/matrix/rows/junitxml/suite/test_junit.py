import logging
import sys
import time

import pytest

log = logging.getLogger("shop")


@pytest.fixture
def noisy():
    print("in setup")
    log.warning("setting up")
    yield
    print("in teardown", file=sys.stderr)
    log.error("tearing down")


@pytest.fixture
def slow():
    time.sleep(0.2)


@pytest.fixture
def fails_in_setup():
    raise OSError("setup")


@pytest.fixture
def fails_in_teardown():
    print("before the error")
    yield
    raise OSError("teardown")


def test_slow_setup(slow):
    pass


def test_properties(record_property, noisy):
    record_property("key", "value")
    record_property("number", 7)
    record_property("key", "again")
    record_property("markup", "<&> ü")


def test_attributes(record_xml_attribute):
    record_xml_attribute("assertions", "REQ-1234")
    record_xml_attribute("classname", "own.classname")


def test_failing_attributes(record_xml_attribute, record_property):
    record_xml_attribute("owner", "me")
    record_property("before", "failure")
    assert [1, 2] == [1, 3]


def test_suite_property(record_testsuite_property):
    record_testsuite_property("from a test", "there")


def test_prints(noisy):
    print("on standard output \x1b[31m \x00 \x08 ]]> <b>")
    print("on standard error", file=sys.stderr)
    log.warning("logged %d", 7)


def test_fails(noisy):
    print("before it fails")
    assert not "message with \x00 and <b> and ü"


@pytest.mark.skip(reason="not now")
def test_skipped():
    pass


def test_skips_itself():
    print("before it skips")
    pytest.skip("itself")


@pytest.mark.xfail(reason="known")
def test_xfails():
    assert not 1


@pytest.mark.xfail
def test_xpasses():
    pass


@pytest.mark.xfail(strict=True, reason="strictly")
def test_xpasses_strictly():
    pass


def test_error_in_setup(fails_in_setup):
    pass


def test_error_in_teardown(fails_in_teardown):
    pass


def test_both(fails_in_teardown):
    assert not "call"


@pytest.mark.parametrize("text", ["a b", "ü", "<&>", "a/b", "x::y", "[x]", "\x00"])
def test_parameters(text):
    pass


class TestClass:
    class TestInner:
        def test_method(self):
            """In two classes."""
