"""The master's threads, which plugins start: servers that workers talk to."""
import os
import re
import threading
import time

# Threads whose plugins are made for workers, by the module of what they run: they hold no lock that a worker needs.
_HARMLESS = frozenset(("pytest_rerunfailures",))

_SAMPLE = 0.01  # seconds; who waits for the interpreter's lock wakes twice as often
_SAMPLES = 100
_ACTIVITY = r"^(?:State|(?:non)?voluntary_ctxt_switches):\s*(\S+)"


def _others():
    """{thread: [state, how often it gave up the processor, ...]} of all but this one."""
    found = {}
    for tid in os.listdir("/proc/self/task"):
        if int(tid) != threading.get_native_id():
            try:
                with open(f"/proc/self/task/{tid}/status") as f:
                    found[tid] = re.findall(_ACTIVITY, f.read(), re.MULTILINE)
            except OSError:
                pass  # it has ended
    return found


def let_others_read():
    """Return when all other threads wait for something to come: what a dead worker has written was read.

    Threads that never rest are waited for in vain, for a second.
    """
    before = None
    for _ in range(_SAMPLES):
        now = _others()
        if not now or now == before and not any("R" in activity for activity in now.values()):
            return
        before = now
        time.sleep(_SAMPLE)


def _belongs_to(thread):
    """Name of the module whose code the thread runs; "" where that cannot be said."""
    runs = getattr(thread, "_target", None) or type(thread).run
    return getattr(runs, "__module__", None) or ""


def alive():
    """[words] for each of Python's threads that is there beside this one, and that workers will not have."""
    told = []
    for thread in threading.enumerate():
        module = _belongs_to(thread)
        if thread is not threading.current_thread() and module not in _HARMLESS:
            told.append(f"{thread.name} ({module})" if module else thread.name)
    return told
