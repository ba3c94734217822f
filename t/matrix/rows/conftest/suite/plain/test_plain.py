import warnings

import pytest


def test_passes(short):
    assert 1 == 1


def test_fails(short, of_session):
    assert [1] == [2]


@pytest.mark.skip(reason="never")
def test_skipped():
    pass


@pytest.mark.xfail
def test_xfail(short):
    raise ValueError


@pytest.mark.parametrize("n", range(3))
def test_parameters(n, short, tmp_path):
    assert n != 5


def test_warns(request):
    request.addfinalizer(lambda: warnings.warn("later", UserWarning))
    warnings.warn("now", UserWarning)


@pytest.fixture
def broken():
    raise OSError("no fixture")


def test_error(short, broken):
    pass


@pytest.fixture
def breaks_later():
    yield
    raise OSError("no teardown")


def test_error_later(breaks_later, short):
    assert "a" == "a"


@pytest.fixture(scope="class")
def of_class():
    yield


@pytest.mark.usefixtures("of_class")
class TestClass:
    def test_method(self, short):
        pass

    def test_skips(self):
        pytest.skip("now")
