import logging
import sys
import time
import warnings

import pytest

log = logging.getLogger("shop")


@pytest.fixture
def noisy():
    print("in setup")
    log.info("setting up")
    yield
    print("in teardown", file=sys.stderr)
    log.error("tearing down")


@pytest.fixture
def fails_in_setup():
    raise OSError("setup")


@pytest.fixture
def fails_in_teardown():
    yield
    raise OSError("teardown")


def test_takes_longest():
    time.sleep(0.3)


def test_passes(noisy):
    print("on standard output")
    print("on standard error", file=sys.stderr)
    log.warning("logged %d", 7, extra={"order": {"id": 7}})


def test_logs_an_exception():
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("divided")


def test_metadata(json_metadata):
    json_metadata["tuple"] = [1, {"deep": None}]
    json_metadata["text"] = "ü"


def test_metadata_that_is_no_json(json_metadata):
    json_metadata["object"] = object


@pytest.mark.hook
def test_metadata_from_the_hook(json_metadata):
    json_metadata["own"] = 1


def test_properties(record_property):
    record_property("key", "value")
    record_property("number", 7)


def test_fails(noisy):
    def inner():
        assert [1, 2] == [1, 3]

    inner()


@pytest.mark.skip(reason="not now")
def test_skipped():
    pass


@pytest.mark.xfail(reason="known")
def test_xfails():
    assert not 1


@pytest.mark.xfail
def test_xpasses():
    pass


def test_error_in_setup(fails_in_setup):
    pass


def test_error_in_teardown(fails_in_teardown):
    pass


def test_warns():
    warnings.warn(UserWarning("careful"))


def test_left_out():
    pass


@pytest.mark.parametrize("text", ["a b", "ü", "<&>", "[x]"])
def test_parameters(text):
    print(text)


class TestClass:
    def test_method(self):
        pass
