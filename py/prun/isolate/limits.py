"""``--limit-memory``, ``--limit-cpu``: what one test may use.  Both need a process for each test (isolate.py)."""
import argparse
import os
import re
import signal

import pytest

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_CPU_GRACE = 5  # seconds of processor time that teardown has when a test has used up its own


def _size(text):
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([KMGT]?)(?:i?B)?", text, re.IGNORECASE)
    size = int(float(match[1]) * _UNITS[match[2].upper()]) if match else 0
    if not 1 << 20 <= size < 1 << 60:
        raise argparse.ArgumentTypeError(f"must be a size of at least 1M, such as 512M or 2G, not {text!r}")
    return size


def _seconds(text):
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"must be a whole number of seconds, at least 1, not {text!r}")
    return int(text)


def add_options(parser):
    group = parser.getgroup("prun", "prun")
    group.addoption(
        "--limit-memory",
        metavar="SIZE",
        type=_size,
        dest="limit_memory",
        help="Each test runs in a process of its own (--isolate), and may allocate so much memory there (512M, 2G)",
    )
    group.addoption(
        "--limit-cpu",
        metavar="SECONDS",
        type=_seconds,
        dest="limit_cpu",
        help="Each test runs in a process of its own (--isolate), and may use so many seconds of processor time there",
    )


def _shown(size):
    for unit in "TGM":
        if size % _UNITS[unit] == 0:
            return f"{size // _UNITS[unit]}{unit}"
    return f"{size}B"


class Limits:
    """Of one run; a plugin in the processes that they are imposed on."""

    def __init__(self, option):
        self.memory = option.limit_memory
        self.cpu = option.limit_cpu
        self._running = False

    def __bool__(self):
        return bool(self.memory or self.cpu)

    def impose(self):
        """In a test's own process: from now on the limits are in force."""
        import resource

        if self.memory:
            _lower(resource, resource.RLIMIT_DATA, _data(resource.getpagesize()) + self.memory, 0)
        if self.cpu:
            usage = resource.getrusage(resource.RUSAGE_SELF)
            self._running = True
            signal.signal(signal.SIGXCPU, self._used_up)
            _lower(resource, resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + self.cpu, _CPU_GRACE)

    def _used_up(self, *unused):
        """SIGXCPU, once a second from here on: the first is the test's failure; at the hard limit the kernel kills."""
        __tracebackhide__ = True
        if self._running:
            self._running = False
            pytest.fail(f"used more than {self.cpu} s of processor time (--limit-cpu)")

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, call):
        outcome = yield
        if self.memory and call.excinfo is not None and call.excinfo.errisinstance(MemoryError):
            said = f"no more than {_shown(self.memory)} could be allocated (--limit-memory)"
            outcome.get_result().sections.append(("Limit", said))

    def of_death(self, ended):
        """What is to be said of a process that ended otherwise than it should; "" if nothing."""
        said = []
        if self.cpu and ended.cpu >= self.cpu:
            said.append(f"it used {ended.cpu:.1f} s of processor time, of {self.cpu} (--limit-cpu)")
        if self.memory:
            said.append(f"it could allocate no more than {_shown(self.memory)} (--limit-memory)")
        return "; ".join(said)


def _lower(resource, which, soft, grace):
    """Set the limit, unless a lower one is in force; the hard one, where there is a grace, is above by that."""
    old_soft, old_hard = resource.getrlimit(which)
    hard = soft + grace if grace else old_hard
    if old_hard != resource.RLIM_INFINITY:
        soft, hard = min(soft, old_hard), min(hard, old_hard)
    if old_soft == resource.RLIM_INFINITY or soft < old_soft:
        resource.setrlimit(which, (soft, hard))


def _data(page):
    """Bytes that count for RLIMIT_DATA: private memory that can be written to."""
    with open(f"/proc/{os.getpid()}/statm", encoding="ascii") as f:
        return int(f.read().split()[5]) * page
