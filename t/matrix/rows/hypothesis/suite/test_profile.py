from hypothesis import given, settings
from hypothesis import strategies as st

tried = []


@given(st.integers())
def test_counts(n):
    tried.append(n)


def test_profile():
    assert settings.default.max_examples in (100, 150)


@given(st.integers(0, 3))
def test_small(n):
    print("seen", n)
    assert n < 3
