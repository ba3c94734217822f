"""SystemExit in the teardown of an expected failure."""
import sys

import pytest

EXPECT = {"TestIt::test_it": ("xpassed, xfailed", "xfailed")}


@pytest.fixture
def teardown():
    yield
    sys.exit(1)


class TestIt:
    @pytest.mark.xfail
    def test_it(self, teardown):
        pass


def test_next():
    pass
