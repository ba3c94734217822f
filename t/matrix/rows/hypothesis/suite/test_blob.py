import base64

from hypothesis import __version__, given, reproduce_failure, settings
from hypothesis import strategies as st


@settings(max_examples=50, print_blob=True, database=None)
@given(st.integers(), st.text())
def test_prints_blob(n, text):
    assert n < 100


@settings(max_examples=50, print_blob=True, database=None)
@given(st.lists(st.booleans()))
def test_prints_another(flags):
    assert sum(flags) < 3


@reproduce_failure(__version__, base64.b64encode(b"\x00" * 4))
@given(st.integers())
def test_does_not_reproduce(n):
    assert n is not None


@reproduce_failure("1.0", base64.b64encode(b"\x00" * 4))
@given(st.integers())
def test_of_another_version(n):
    assert n is not None
