"""Tests that take too long in each phase, among others that do not."""
import threading
import time

import pytest

HANG = 60


@pytest.fixture
def hangs_in_setup():
    time.sleep(HANG)


@pytest.fixture
def hangs_in_teardown():
    yield
    time.sleep(HANG)


@pytest.fixture(scope="module")
def steady():
    yield "steady"


def test_before(steady):
    pass


def test_hangs(steady):
    print("about to hang")
    time.sleep(HANG)


def test_hangs_in_setup(hangs_in_setup, steady):
    pass


def test_hangs_in_teardown(hangs_in_teardown, steady):
    pass


def test_hangs_beside_a_thread():
    done = threading.Event()
    thread = threading.Thread(target=done.wait, name="beside")
    thread.start()
    try:
        time.sleep(HANG)
    finally:
        done.set()
        thread.join()


@pytest.mark.timeout(0)
def test_has_no_limit():
    time.sleep(0.4)


@pytest.mark.timeout(0.1)
def test_marked():
    time.sleep(HANG)


@pytest.mark.timeout(0.1, method="signal")
@pytest.mark.parametrize("n", [0, HANG])
def test_marked_with_its_method(n):
    time.sleep(n)


@pytest.mark.xfail
@pytest.mark.timeout(0.1)
def test_expected():
    time.sleep(HANG)


@pytest.mark.skip
def test_skipped():
    time.sleep(HANG)


def test_fails():
    assert not "fails"


def test_after(steady):
    pass
