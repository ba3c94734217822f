import warnings

import pytest


def test_odd_one():
    """Counted by itself."""


def test_fails():
    assert {1} == {1, 2}


def test_forgiven(number):
    assert number == 2


def test_not_here():
    raise NotImplementedError


@pytest.mark.slow
def test_slow():
    raise NotImplementedError


def test_gone():
    raise NotImplementedError


def test_set_up(request, number):
    assert request.node.set_up


def check_something():
    warnings.warn("checked", UserWarning)
