"""Tests that end their process; in a process that is not a worker's they raise instead, and count the same."""
import faulthandler
import os
import signal

import pytest


def crash(how, request):
    if "PYTEST_XDIST_WORKER" not in os.environ:
        raise RuntimeError("would end the run")
    if "ASK_FIRST" in os.environ:
        request.config.failures_db.get_test_reruns(request.node.nodeid)
    faulthandler.disable()
    how()


def exit_at_once():
    os._exit(3)


def segfault():
    os.kill(os.getpid(), signal.SIGSEGV)


def test_before():
    pass


@pytest.mark.flaky(reruns=1)
def test_exits_once(attempt_of_all, request):
    if attempt_of_all == 1:
        crash(exit_at_once, request)


@pytest.mark.flaky(reruns=2)
def test_segfaults_twice(attempt_of_all, request):
    if attempt_of_all < 3:
        crash(segfault, request)


@pytest.mark.flaky(reruns=1)
def test_always_crashes(attempt_of_all, request):
    crash(exit_at_once, request)


def test_has_no_reruns(attempt_of_all, request):
    crash(segfault, request)


@pytest.mark.parametrize("n", range(4))
def test_after(n):
    pass
