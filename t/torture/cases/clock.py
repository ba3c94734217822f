"""The clock jumps back and forth, stands still, and gives no numbers."""
import time

import pytest

NAMES = ("time", "monotonic", "perf_counter", "time_ns", "monotonic_ns", "perf_counter_ns")


def replace(clock):
    for name in NAMES:
        setattr(time, name, clock)


@pytest.mark.parametrize("clock", [lambda: 0, lambda: -1e18, lambda: float("nan"), lambda: float("inf"), lambda: 1 << 80])
def test_patched(clock):
    replace(clock)


def test_jumps(monkeypatch):
    moments = iter(range(10**6, 0, -1000))
    replace(lambda: next(moments, 0))


def test_timing():
    """pytest looks at the clock through a module of its own."""
    from _pytest import timing

    for name in ("time", "perf_counter"):
        setattr(timing, name, lambda: -1e9)


def test_next():
    pass
