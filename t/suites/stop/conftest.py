"""Every fixture says in $EVENTS when it is set up and torn down, and every test when it starts."""
import os
import time

import pytest


def note(*words):
    with open(os.environ["EVENTS"], "a", encoding="utf-8") as f:
        f.write(" ".join(map(str, words)) + "\n")


def ready(word):
    with open(os.environ["READY"], "w", encoding="utf-8") as f:
        f.write(f"{word}\n")


def forever():
    """Not in one sleep: Python heeds a signal that comes just before it only after it."""
    while True:
        time.sleep(0.01)


@pytest.fixture(scope="session", autouse=True)
def session_fixture(worker_id):
    note("up session", worker_id)
    yield
    note("down session", worker_id)


@pytest.fixture(scope="module", autouse=True)
def module_fixture(worker_id):
    note("up module", worker_id)
    yield
    note("down module", worker_id)


@pytest.fixture(autouse=True)
def function_fixture(worker_id, request):
    note("up function", worker_id)
    note("test", request.node.name)
    yield
    note("down function", worker_id)
