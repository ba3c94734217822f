"""Objects that know which process made them and refuse to work in any other.

filelock is such a one, in its newer releases: after a fork it resets a lock to an unheld one, and then will not
acquire it in the child.  It guards against two processes that think they share a lock.  A master runs no tests,
so a lock made at the top of a test file is its worker's own, as it is where each worker imports the file.
"""
import gc
import os
import sys
import weakref


def locks():
    """In the master, before the first fork: what :func:`adopt` needs.  Weak references, often none."""
    kind = getattr(sys.modules.get("filelock"), "BaseFileLock", None)
    if kind is None:
        return []
    # By the true type: isinstance() would ask proxies, which may not like to be asked now.
    return [
        weakref.ref(obj)
        for obj in gc.get_objects()
        if kind in type(obj).__mro__ and obj.__dict__.get("_creator_pid") == os.getpid()
    ]


def adopt(found):
    """In a child: what the master made is this worker's."""
    for lock in (ref() for ref in found):
        if lock is not None:
            lock._creator_pid = os.getpid()
