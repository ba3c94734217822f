import pytest


def test_step_number(__pytest_repeat_step_number):
    # Named without an option: repeated once.
    assert __pytest_repeat_step_number in (None, 0, 1, 2, 3)


@pytest.mark.parametrize("n", range(3))
def test_n(n):
    assert n != 1
