import re
import unittest

import pytest

runs = []


@pytest.fixture(scope="module")
def resource():
    runs.append("module")
    yield len(runs)
    runs.clear()


@pytest.fixture(params=["x", "y"])
def parameter(request):
    return request.param


def test_plain(resource):
    assert resource == 1


def test_parameters(parameter, resource):
    assert parameter in "xy"


@pytest.mark.repeat(3)
def test_marked():
    pass


@pytest.mark.repeat(1)
def test_marked_once():
    pass


def test_fails_each_time():
    raise ValueError("each time")


@pytest.mark.skip(reason="each time")
def test_skipped():
    pass


@pytest.mark.xfail
def test_xfails():
    raise ValueError


def test_third_time(request):
    assert "3-" not in request.node.name


def test_from_third_time_on(request):
    assert not re.search(r"\[([3-9]|\d\d)-", request.node.name)


class TestClass:
    @pytest.fixture(scope="class")
    def of_class(self):
        return []

    def test_first(self, of_class):
        of_class.append(1)

    @pytest.mark.repeat(2)
    def test_second(self, of_class):
        of_class.append(2)


class TestUnittest(unittest.TestCase):
    def test_is_not_repeated(self):
        pass
