"""One run of one test: what its reports say, as plain data."""
import io
import math

from _pytest._io import TerminalWriter


def seconds(value):
    """A number that JSON has, whatever clock a test has put up; to the microsecond."""
    try:
        return round(float(value), 6) if math.isfinite(value) else 0.0
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _plain(value):
    """A property's value as JSON has it."""
    if value is None or type(value) in (bool, int, str) or type(value) is float and math.isfinite(value):
        return value
    return str(value)


def outcome(categories, phases):
    """What a test has come to: the word by which pytest's summary counts it.

    categories: of each phase what pytest_report_teststatus says, in the order of `phases`.
    """
    found = [word for word in categories if word and not word.startswith("subtests")]
    for word in ("failed", "error", "rerun"):
        if word in found:
            return word
    if found:
        return found[-1]
    return phases[-1]["outcome"] if phases and phases[-1]["when"] == "teardown" else "interrupted"


class Attempt:
    """A test that runs, on one worker."""

    def __init__(self, nodeid, worker, attempt, start):
        self.nodeid, self.worker, self.attempt, self.start = nodeid, worker, attempt, start
        self.phases, self.categories, self.more = [], [], {}
        self.now = start  # where the last phase has ended

    def add(self, when, result, category, start, duration, **more):
        start = start or self.now
        self.now = start + duration
        self.phases.append({"when": when, "outcome": result, "start": start, "duration": duration, **more})
        self.categories.append(category)

    def passed(self, times):
        """times: duration, start and stop of set-up, call and teardown."""
        numbers = list(map(seconds, times))
        for when, category, at in (("setup", "", 0), ("call", "passed", 3), ("teardown", "", 6)):
            self.add(when, "passed", category, numbers[at + 1], numbers[at])

    def keep(self, sections, properties):
        """Of a report, which has those of earlier phases too."""
        if sections:
            self.more["sections"] = [[str(title), str(text)] for title, text in sections]
        if properties and isinstance(properties, (list, tuple)):
            pairs = (pair for pair in properties if isinstance(pair, (list, tuple)) and len(pair) == 2)
            self.more["properties"] = [[str(name), _plain(value)] for name, value in pairs]

    def end(self, **more):
        """What is said of it, and its outcome."""
        word = outcome(self.categories, self.phases)
        return word, {
            "id": self.nodeid,
            "worker": self.worker,
            "attempt": self.attempt,
            "outcome": word,
            "start": self.phases[0]["start"] if self.phases else self.start,
            "duration": round(sum(phase["duration"] for phase in self.phases), 6),
            "phases": self.phases,
            **self.more,
            **more,
        }


def phase_seconds(test, when):
    """How long the phases of that name took together; test: an event test_end."""
    return sum(phase["duration"] for phase in test["phases"] if phase["when"] == when)


def end_of(test):
    """When its last phase was over, seconds since 1970."""
    return max([test["start"], *(phase["start"] + phase["duration"] for phase in test["phases"])])


def text_of(longrepr):
    """As pytest shows it, without colours."""
    if not hasattr(longrepr, "toterminal"):
        return str(longrepr)
    file = io.StringIO()
    writer = TerminalWriter(file)
    writer.hasmarkup = False
    longrepr.toterminal(writer)
    return file.getvalue().strip("\n")


def reason_of(longrepr):
    """Of a skip: (path, line, text)."""
    text = str(longrepr[-1] if longrepr else "")
    return text[9:] if text.startswith("Skipped: ") else text


def said_by(found):
    """What a phase's report says beside its outcome."""
    said = {}
    if hasattr(found, "wasxfail"):
        said["reason"] = str(found.wasxfail)
    elif found.skipped and isinstance(found.longrepr, tuple):
        said["reason"] = reason_of(found.longrepr)
    if found.longrepr and not isinstance(found.longrepr, tuple):
        said["text"] = text_of(found.longrepr)
        crash = getattr(found.longrepr, "reprcrash", None)
        if crash is not None:
            said["crash_at"] = [str(crash.path), _plain(crash.lineno), str(crash.message)]
    return said
