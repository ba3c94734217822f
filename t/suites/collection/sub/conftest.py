"""Fixtures of a folder: one overrides, one is always used."""
import pytest


@pytest.fixture
def first(first):
    return first


@pytest.fixture(autouse=True)
def of_folder(second):
    pass
