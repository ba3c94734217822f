import pytest


@pytest.fixture
def bad_setup():
    print("printed by bad_setup")
    raise RuntimeError("setup broke")


@pytest.fixture
def bad_teardown():
    yield
    print("printed by bad_teardown")
    raise RuntimeError("teardown broke")
