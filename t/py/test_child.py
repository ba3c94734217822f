"""What a child forgets of the master's."""
import sys
from types import SimpleNamespace

import pytest

from prun import child


class Handler:
    """django.db.connections, as far as it is looked at."""

    def __init__(self, **wrappers):
        self._connections = SimpleNamespace(**wrappers)

    def __iter__(self):
        return iter(["default", "archive", "never used"])


@pytest.fixture
def django(monkeypatch):
    def use(handler):
        monkeypatch.setitem(sys.modules, "django.db", SimpleNamespace(connections=handler))
        monkeypatch.setattr(child, "_kept", [])
        child._forget_connections()

    return use


def test_open_connections_are_kept_and_not_used(django):
    server = SimpleNamespace(connection="a socket")
    handler = Handler(default=server, archive=SimpleNamespace(connection=None))
    handler.settings = {}
    django(handler)
    assert server.connection is None and child._kept == ["a socket"]


def test_sqlite_in_memory_stays(django):
    memory = SimpleNamespace(connection="tables", is_in_memory_db=lambda: True)
    file = SimpleNamespace(connection="a descriptor", is_in_memory_db=lambda: False)
    handler = Handler(default=memory, archive=file)
    handler.settings = {}
    django(handler)
    assert memory.connection == "tables" and file.connection is None


def test_nobody_has_used_any(django):
    class Unconfigured(Handler):
        def __iter__(self):
            raise AssertionError("would ask for settings that are not there")

    django(Unconfigured())


def test_no_django(monkeypatch):
    monkeypatch.delitem(sys.modules, "django.db", raising=False)
    child._forget_connections()
