import warnings

import pytest

setups = []


def test_steady():
    pass


def test_second_time(attempt):
    print("attempt", attempt)
    assert attempt == 2


def test_third_time(attempt):
    assert attempt == 3


def test_never(attempt):
    raise OSError(f"attempt {attempt}")


@pytest.mark.flaky(reruns=3)
def test_marked(attempt):
    assert attempt == 4


@pytest.mark.flaky(reruns=1, reruns_delay=0.01)
def test_marked_with_too_few(attempt):
    assert attempt == 3


@pytest.mark.flaky(reruns=1, condition=False)
def test_condition_is_false(attempt):
    assert attempt == 2


@pytest.mark.flaky(reruns=1, condition="sys.version_info[0] == 3")
def test_condition_is_true(attempt):
    assert attempt == 2


@pytest.mark.xfail(strict=True)
def test_expected_failure_is_not_rerun(attempt):
    assert attempt == 2


def test_skip(attempt):
    pytest.skip(f"attempt {attempt}")


def test_timeout_error(attempt):
    if attempt == 1:
        raise TimeoutError("only once")


def test_warns_each_time(attempt):
    warnings.warn(UserWarning(f"attempt {attempt}"))
    assert attempt == 2


@pytest.mark.parametrize("n", [1, 2])
def test_parameters(attempt, n):
    assert attempt == n


class TestSetup:
    @pytest.fixture
    def fails_once(self, attempt):
        if attempt == 1:
            raise ConnectionError("not yet")

    @pytest.fixture
    def teardown_fails_once(self, attempt):
        yield
        if attempt == 1:
            raise ConnectionError("not gone yet")

    @pytest.fixture(scope="class")
    def class_fixture_fails_once(self):
        setups.append("class")
        if len(setups) == 1:
            raise ConnectionError("not yet")

    def test_setup(self, fails_once):
        pass

    def test_class_setup(self, class_fixture_fails_once):
        pass

    def test_teardown(self, teardown_fails_once):
        pass
