"""Doctests aside, a second file, so that workers have something to mix up."""
import pytest


@pytest.mark.parametrize("n", range(40))
def test_own_output(n, request):
    print(f"<{n}>")
    assert n % 2 == 0, f"failed {n}"
