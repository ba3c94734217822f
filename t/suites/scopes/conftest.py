"""Fixtures of every scope; each says in $EVENTS when it is set up and torn down (tools/events.py has the form)."""
import events
import pytest


def logged(scope, name):
    events.note("up", scope, name)
    yield
    events.note("down", scope, name)


@pytest.fixture(scope="session", autouse=True)
def session_fixture():
    yield from logged("session", "session")


@pytest.fixture(scope="module", autouse=True)
def module_fixture(request):
    yield from logged("module", request.module.__name__)


@pytest.fixture(scope="class", autouse=True)
def class_fixture(request):
    if request.cls is None:
        yield
    else:
        yield from logged("class", f"{request.module.__name__}.{request.cls.__name__}")


@pytest.fixture(autouse=True)
def function_fixture(request):
    yield from logged("function", request.node.name)
