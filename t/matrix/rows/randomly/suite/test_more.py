import unittest

import pytest


def test_one(draw):
    draw()


def test_two(draw):
    draw()


@pytest.fixture(scope="module", params=["x", "y"])
def parameter(request):
    return request.param


def test_three(parameter, draw):
    draw()


class TestCase(unittest.TestCase):
    def test_four(self):
        pass

    def test_five(self):
        pass
