"""What the master does at times, while a run goes on."""
import time
from typing import NamedTuple


class Now(NamedTuple):
    """How far the run is."""

    left: int  # items without outcome
    running: list  # (worker, index of the item, seconds) of those that run


class Ticks:
    """Those who are to be called, each at times of its own.  Where nobody is, the core never calls."""

    def __init__(self):
        self._due = []  # [monotonic time, function]

    def add(self, seconds, function):
        """Call function(Now) after so many seconds; it returns after how many it is to be called again, or None."""
        self._due.append([time.monotonic() + seconds, function])

    def first(self):
        """Milliseconds until the first is due, for the core: at least 1, or 0 where there is none."""
        return self._until(time.monotonic())

    def call(self, now):
        """Call those that are due.  Returns as first()."""
        for entry in list(self._due):
            if entry[0] <= time.monotonic():
                again = entry[1](now)
                if again is None:
                    self._due.remove(entry)
                else:
                    entry[0] = time.monotonic() + again
        return self._until(time.monotonic())

    def _until(self, now):
        if not self._due:
            return 0
        return max(1, int((min(due for due, _ in self._due) - now) * 1000) + 1)
