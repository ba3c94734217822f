"""The text of the live line: how far the run is, and what runs, fitted to the width of the terminal."""
import time

from _pytest._io.wcwidth import wcswidth

_ESTIMATE = 1.0  # seconds for which an estimate stands


def _clock(seconds):
    minutes, seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _age(seconds):
    return f"{int(seconds)}s" if seconds < 60 else _clock(seconds)


def _whole(nodeid):
    return nodeid


def _in_file(nodeid):
    """Without the folders of its file, and without its class."""
    file, _, rest = nodeid.partition("::")
    return f"{file.rpartition('/')[2]}::{_alone(rest)}" if rest else file.rpartition("/")[2]


def _alone(nodeid):
    """Its name; brackets may hold anything."""
    head, bracket, parameters = nodeid.partition("[")
    return head.rpartition("::")[2] + bracket + parameters


def _cut(text, width):
    """At most so wide."""
    if wcswidth(text) <= width:
        return text
    while text and wcswidth(text) >= width:
        text = text[:-1]
    return text + "…" if width > 0 else ""


def fit(running, room):
    """What runs, in at most `room` columns: names as whole as they can be, longest first, and how many more there are.

    running: (seconds, node id), longest first.
    """
    running = [(seconds, nodeid if nodeid.isprintable() else ascii(nodeid)[1:-1]) for seconds, nodeid in running]
    for name in (_whole, _in_file, _alone):
        text = ", ".join(f"{_age(seconds)} {name(nodeid)}" for seconds, nodeid in running)
        if wcswidth(text) <= room:
            return text
    entries = [f"{_age(seconds)} {_alone(nodeid)}" for seconds, nodeid in running]
    for n in range(len(entries) - 1, 0, -1):
        text = ", ".join(entries[:n]) + f" +{len(entries) - n}"
        if wcswidth(text) <= room:
            return text
    more = f" +{len(entries) - 1}" if entries[1:] else ""
    return _cut(entries[0], room - len(more)) + more


class Line:
    """Of one run."""

    def __init__(self, master, reporter, began):
        """began: monotonic time when the run did."""
        self._master = master
        self._writer = reporter._tw
        self._began = began
        self._each = master.plan.mode == "each"
        self._total = len(master.items) * (len(master.plan.specs) if self._each else 1)
        self._expected = None if self._each else master.history.expected()
        self._estimate = None, 0.0  # seconds left, and until when it stands

    def _seconds_left(self, running):
        """By what tests took before, spread over the workers, or the longest of those that run; None: not known."""
        if self._expected is None:
            return None
        now = time.monotonic()
        if now >= self._estimate[1]:
            ended, expected = self._master.ended, self._expected
            rests = [max(0.0, expected[index] - seconds) for _, index, seconds in running]
            done = sum(expected[index] for _, index, _ in running)
            queued = sum(seconds for seconds, worker in zip(expected, ended) if worker is None) - done
            left = max([(queued + sum(rests)) / max(1, len(running)), *rests])
            self._estimate = now + left, now + _ESTIMATE
        return max(0.0, self._estimate[0] - now)

    def _facts(self, now):
        """(text, markup) of each thing that is told of the run."""
        failed = self._master.session.testsfailed
        left = self._seconds_left(now.running)
        yield f"{self._total - now.left}/{self._total}", {}
        if failed:
            yield f"{failed} failed", {"red": True, "bold": True}
        yield _clock(time.monotonic() - self._began), {}
        if left is not None and left >= 1:
            yield f"{_clock(left)} left", {}

    def text(self, now, columns):
        """now: ticks.Now.  Never as wide as the terminal: a full row would begin another."""
        facts = list(self._facts(now))
        plain = ", ".join(text for text, _ in facts)
        room = columns - 1 - len(plain) - 3
        items = self._master.items
        running = sorted(((seconds, items[index].nodeid) for _, index, seconds in now.running), reverse=True)
        names = f" | {fit(running, room)}" if running and room > 8 else ""
        if len(plain) >= columns:
            return _cut(plain, columns - 1)
        return ", ".join(self._writer.markup(text, **how) for text, how in facts) + names
