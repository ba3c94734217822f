import logging
import warnings

import pytest


def test_passes():
    print("on standard output")
    logging.getLogger("shop").warning("logged")


def test_fails(record_property):
    record_property("key", ("a", 1))
    assert [1, 2] == [1, 3]


@pytest.mark.skip(reason="not now")
def test_skipped():
    pass


@pytest.mark.xfail(reason="known")
def test_xfails():
    assert not 1


@pytest.fixture
def fails():
    raise OSError("setup")


def test_error(fails):
    pass


def test_warns():
    warnings.warn(UserWarning("careful"))


@pytest.mark.parametrize("text", ["a b", "ü", "<&>"])
def test_parameters(text):
    pass
