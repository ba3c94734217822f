import pytest
from tornado import gen


@pytest.mark.gen_test
def test_too_long():
    yield gen.sleep(10)


@pytest.mark.gen_test(timeout=5)
def test_own_timeout():
    yield gen.sleep(0.06)
