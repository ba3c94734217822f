import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


@pytest.fixture
def short():
    return 1


@pytest.fixture(scope="module")
def long():
    return 1


@given(st.integers())
def test_function_scoped(short, n):
    pass


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers())
def test_suppressed(short, n):
    pass


@given(st.integers())
def test_module_scoped(long, n):
    pass


@given(st.integers().filter(lambda n: False))
def test_filters_too_much(n):
    pass


@settings(max_examples=5)
def test_settings_without_given():
    pass


@st.composite
def test_strategy(draw):
    return draw(st.integers())


@given(st.integers())
def test_given_wrong_name(self):
    pass
