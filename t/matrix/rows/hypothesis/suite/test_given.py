import random

import pytest
from hypothesis import assume, event, example, given, note, settings, target
from hypothesis import strategies as st

few = settings(max_examples=20, deadline=None)


@few
@given(st.integers(), st.integers())
def test_passes(a, b):
    event("a < b" if a < b else "a >= b")
    assert a + b == b + a


@few
@given(st.lists(st.integers(0, 100)))
def test_fails(numbers):
    note(f"{len(numbers)} numbers")
    assert sum(numbers) < 50


@few
@given(st.text())
def test_error(text):
    text.encode("ascii")


@few
@given(st.integers())
@example(0)
@example(7)
def test_explicit_example(n):
    assert n != 7


@few
@given(st.integers(0, 10))
def test_assume(n):
    assume(n % 2)
    target(float(n))
    assert n % 2


@pytest.mark.parametrize("limit", [1, 1000])
@few
@given(n=st.integers(0, 10))
def test_parametrized(limit, n):
    assert n <= limit


@few
@given(st.data())
def test_data(data):
    n = data.draw(st.integers(0, 10), label="n")
    assert data.draw(st.integers(0, n)) < 5


@few
@given(st.randoms(use_true_random=False))
def test_random(r):
    assert r.random() != random.random()


@pytest.mark.xfail(strict=True)
@few
@given(st.booleans())
def test_xfail(b):
    assert b


@pytest.mark.skip(reason="not now")
@given(st.booleans())
def test_skipped(b):
    pass


@few
@given(st.booleans())
def test_skips(b):
    pytest.skip("inside")


class TestMethods:
    @few
    @given(st.dictionaries(st.text(), st.integers(), max_size=3))
    def test_method(self, d):
        assert "a" not in d or d["a"] < 10


def test_without():
    pass
