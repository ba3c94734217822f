"""Fixtures of every scope, each of which notes what it set up."""

import pytest


@pytest.fixture(scope="session")
def catalogue():
    return {"apple": 3, "pear": 5, "plum": 2}


@pytest.fixture(scope="package")
def currency():
    return "EUR"


@pytest.fixture(scope="module")
def journal():
    lines = []
    yield lines
    lines.clear()


@pytest.fixture(scope="class")
def basket(request):
    basket = {}
    request.cls.seen = []
    yield basket
    basket.clear()


@pytest.fixture
def receipt(tmp_path):
    path = tmp_path / "receipt.txt"
    path.write_text("total 0\n")
    return path
