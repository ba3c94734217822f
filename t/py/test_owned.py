"""prun.owned: a lock that only its maker may use is the worker's, and no other's."""
import os
import sys
import types

import pytest
from prun import owned


class BaseFileLock:
    """Guarded as filelock's is."""

    def __init__(self):
        self._creator_pid = os.getpid()

    def acquire(self):
        if self._creator_pid != os.getpid():
            raise RuntimeError("inherited across fork")


class Proxy:
    """Says what it stands for only when it is time."""

    @property
    def __class__(self):
        raise RuntimeError("too early")


@pytest.fixture(params=["guarded", "filelock"])
def lock(request, monkeypatch, tmp_path):
    if request.param == "filelock":
        return pytest.importorskip("filelock").FileLock(tmp_path / "lock")
    monkeypatch.setitem(sys.modules, "filelock", types.SimpleNamespace(BaseFileLock=BaseFileLock))
    return BaseFileLock()


def status_of_child(function):
    pid = os.fork()
    if pid == 0:
        try:
            function()
            os._exit(0)
        except RuntimeError:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_adopted(lock):
    proxy = Proxy()
    found = owned.locks()
    del proxy

    def worker():
        owned.adopt(found)
        lock.acquire()
        if type(lock) is BaseFileLock and status_of_child(lock.acquire) != 1:
            raise RuntimeError("a test's own child may use it")

    assert status_of_child(worker) == 0
    lock.acquire()


def test_gone():
    owned.adopt([lambda: None])


def test_without(monkeypatch):
    monkeypatch.delitem(sys.modules, "filelock", raising=False)
    assert owned.locks() == []
