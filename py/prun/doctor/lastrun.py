"""What the last run leaves for --doctor: d/prun/last.json in pytest's cache (prun-history(5))."""
import heapq
import json
import os
import time
from pathlib import Path

from _pytest.cacheprovider import Cache

VERSION = 1
_TESTS, _UNITS, _LANES = 10, 200, 256  # of these the longest are kept


def path(config):
    """The file, or None without a cache."""
    if config.pluginmanager.is_blocked("cacheprovider"):
        return None
    return Path(Cache.cache_dir_from_config(config, _ispytest=True), "d", "prun", "last.json")


def read(file):
    """The record; None where the file is absent or makes no sense."""
    try:
        run = json.loads(file.read_bytes())
        return run if run["version"] == VERSION and run["tests"] > 0 and run["lanes"] and run["units"] else None
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return None


def _age():
    """Seconds since this process was started, by the kernel's ticks."""
    with open("/proc/self/stat", "rb") as f:
        ticks = int(f.read().rpartition(b")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def _sums(units, took):
    """[[name, seconds, longest, tests]] of the units of the items in `took`, those first that took longest."""
    found = {}
    for index, seconds in took.items():
        sums = found.setdefault(units[index], [0.0, 0.0, 0])
        sums[0] += seconds
        sums[2] += 1
        if seconds > sums[1]:
            sums[1] = seconds
    return sorted(([str(name), *sums] for name, sums in found.items()), key=lambda unit: -unit[1])


def _together(units):
    """[how many, seconds, longest, tests] of what is not kept one by one."""
    return [len(units), sum(u[1] for u in units), max((u[2] for u in units), default=0.0), sum(u[3] for u in units)]


def _rounded(value):
    """Floats to the microsecond, in lists and dicts too."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, list):
        return [_rounded(v) for v in value]
    return {name: _rounded(v) for name, v in value.items()} if isinstance(value, dict) else value


class LastRun:
    """Of a run that goes on, in the master."""

    def __init__(self, begun, exact):
        """The items are there.  begun: when the session began, by the monotonic clock."""
        self._times = [begun, time.monotonic()]
        self._said = {"exact": exact}

    def forked(self, mode, workers, asked, units, planned):
        """The first worker is about to be.

        units: of each item what names its unit in a scope mode, or None; planned: was it known what tests take?
        """
        self._units = units
        self._times.append(time.monotonic())
        self._said.update(mode=mode, workers=workers, asked=asked, planned=planned)

    def over(self, died):
        """The last worker is; so many died and were replaced."""
        self._said["died"] = died
        self._times.append(time.monotonic())

    @property
    def is_over(self):
        return len(self._times) == 4

    def document(self, ids, files, seen):
        """ids, files: of each item; seen: history.Seen.  What is read, as plain data."""
        now, age = time.monotonic(), _age()
        begun, collected, forked, over = self._times
        import resource  # of a file of its own, and only where this is written

        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        took = seen.took
        units = _sums(self._units or files, took)
        lanes = sorted(seen.lanes.values(), key=lambda lane: -sum(lane[1:3]))[:_LANES]
        first, repeated = max(seen.repeated, key=lambda pair: pair[1], default=(None, 0.0))
        return _rounded({
            "version": VERSION,
            "time": time.time(),
            **self._said,
            "processors": len(os.sched_getaffinity(0)),
            "tests": len(took),
            "seconds": {
                "start": max(0.0, begun - (now - age)), "collect": collected - begun, "prepare": forked - collected,
                "tests": over - forked, "end": now - over, "processor": used.ru_utime + used.ru_stime,
            },
            "lanes": lanes,
            "shared": [ids[first], repeated] if first is not None else None,
            "longest": [[ids[i], s] for i, s in heapq.nlargest(_TESTS, took.items(), key=lambda pair: pair[1])],
            "total": sum(took.values()),
            "units": units[:_UNITS],
            "others": _together(units[_UNITS:]),
        })
