"""Tests that end their process; in a process that is not a worker's they raise instead, and count the same."""
import faulthandler
import os
import signal

import pytest


def crash(how):
    if "PYTEST_XDIST_WORKER" not in os.environ:
        raise RuntimeError("would end the run")
    faulthandler.disable()
    how()


def exit_at_once():
    os._exit(3)


def segfault():
    os.kill(os.getpid(), signal.SIGSEGV)


def test_before():
    pass


@pytest.mark.flaky(reruns=1)
def test_exits_once(attempt_of_all):
    if attempt_of_all == 1:
        crash(exit_at_once)


@pytest.mark.flaky(reruns=2)
def test_segfaults_twice(attempt_of_all):
    if attempt_of_all < 3:
        crash(segfault)


@pytest.mark.flaky(reruns=1)
def test_always_crashes(attempt_of_all):
    crash(exit_at_once)


def test_has_no_reruns(attempt_of_all):
    crash(segfault)


@pytest.mark.parametrize("n", range(4))
def test_after(n):
    pass
