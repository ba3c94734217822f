"""Short cut "replay": passes that only pytest's own reporters hear of are told in batches.

For a test that just passed those do four things: the terminal reporter writes a letter, counts the test as reported,
and keeps the three reports for the end; the last-failed plugin forgets it.  The letters are written together as
long as the line has room; whatever ends a line, and the last test, goes through pytest's own hooks.  The reports
that are kept are made when somebody looks at them (Kept).

When: why_not().  Not seen: an attribute of the reporter that says which report it heard of last.
"""
import itertools
import struct

from _pytest.terminal import TerminalReporter

from prun import fast
from prun.items import report_id

_PASS = struct.Struct("=II72s")  # worker, item, times: (duration, start, stop) of three phases as doubles
_TIMES = struct.Struct("=9d")
_KNOWN = frozenset(
    f"_pytest.{name}" for name in ("cacheprovider", "logging", "main", "runner", "skipping", "subtests", "terminal")
)
# The record of reports hears of batches as they are.
_KNOWN |= {"prun.report.record"}
_HOOKS = (
    "pytest_runtest_logstart", "pytest_runtest_logreport", "pytest_runtest_logfinish", "pytest_report_teststatus",
)


def unpack(data):
    """[(worker, item, times), ...] of what the core gives to Master.passes().

    A fourth element may follow: of each phase the attributes (dict) that somebody has put on its report.
    """
    return list(_PASS.iter_unpack(data))


def pack_times(numbers):
    return _TIMES.pack(*numbers)


def unpack_times(times):
    """The nine numbers."""
    return _TIMES.unpack(times)


def why_not(config):
    """Why somebody wants to hear of each pass; "" if nobody does."""
    manager = config.pluginmanager
    reporter = manager.getplugin("terminalreporter")
    if type(reporter) is not TerminalReporter:
        return "another terminal reporter" if reporter else "-p no:terminal"
    if config.option.verbose > 0 or reporter.showlongtestinfo:
        return "-v"
    if reporter._show_progress_info not in (False, "progress", "count"):
        return "console_output_style"
    logs = manager.getplugin("logging-plugin")
    if logs is not None and logs._log_cli_enabled():
        return "live logs"
    for name in _HOOKS:
        for impl in getattr(config.hook, name).get_hookimpls():
            if impl.function.__module__ not in _KNOWN:
                return f"{name} of {impl.plugin_name}"
    return ""


class Kept(list):
    """Reports, of which some are yet to be made: a list that makes them when it is read.

    Its length is right at any time.  What is yet to be made stands in it as a tuple of unpack(), once for each of
    `phases`, one after the other.
    """

    def __init__(self, reports, phases, make):
        """make: function of such a tuple and a phase, which returns the report."""
        super().__init__(reports)
        self._phases = phases
        self._make = make
        self._full = True

    def keep(self, passes):
        self._full = False
        super().extend(passes if len(self._phases) == 1 else [p for p in passes for _ in self._phases])

    def counted(self):
        """As TerminalReporter._get_reports_to_display() has them: those yet to be made count."""
        entries = [x for x in super().__iter__() if type(x) is tuple or getattr(x, "count_towards_summary", True)]
        copy = Kept(entries, self._phases, self._make)
        copy._full = self._full
        return copy

    def _fill(self):
        if not self._full:
            self._full = True
            phases = itertools.cycle(self._phases)
            for i, report in enumerate(super().__iter__()):
                if type(report) is tuple:
                    super().__setitem__(i, self._make(report, next(phases)))

    def __radd__(self, other):
        self._fill()
        return other + list(self)

    def __reduce_ex__(self, protocol):
        self._fill()
        return list, (list(self),)


def _reading(name):
    original = getattr(list, name)

    def read(self, *args, **kwargs):
        self._fill()
        return original(self, *args, **kwargs)

    read.__name__ = name
    return read


for _name in (
    "__add__", "__contains__", "__delitem__", "__eq__", "__ge__", "__getitem__", "__gt__", "__iadd__", "__imul__",
    "__iter__", "__le__", "__lt__", "__mul__", "__ne__", "__repr__", "__reversed__", "__rmul__", "__setitem__",
    "copy", "count", "index", "insert", "pop", "remove", "reverse", "sort",
):
    setattr(Kept, _name, _reading(_name))


class Replay:
    """Tells the reporters of passes; one for a run, in the master."""

    def __init__(self, master):
        self._master = master
        config = master.config
        self.batched = fast.decide(config, "replay", lambda: why_not(config))
        if not self.batched:
            return
        self._reporter = config.pluginmanager.getplugin("terminalreporter")
        self._lastfailed = getattr(config.pluginmanager.getplugin("lfplugin"), "lastfailed", {})
        count = len(master.items)
        progress = f" [{count}/{count}]" if self._reporter._show_progress_info == "count" else " [100%]"
        self._edge = len(progress) + 2
        self._kept = None

    def passes(self, passes):
        """passes: as unpack() gives them."""
        if not self.batched:
            for told in passes:
                self._master.tell_pass(*told)
            return
        at = 0
        while at < len(passes):
            room = min(self._room(), self._left() - 1, len(passes) - at)
            if room <= 0 or not self._find_lists():
                # Perhaps the last of a line or of the run: by pytest's own functions.
                self._master.tell_pass(*passes[at])
                at += 1
            else:
                self._write(passes[at : at + room])
                at += room

    def _room(self):
        """How many letters can be written before pytest may have something to add."""
        reporter = self._reporter
        if not reporter._show_progress_info:
            return 1 << 30
        return reporter._screen_width - self._edge - reporter._tw.width_of_current_line

    def _left(self):
        """How many items have not been reported."""
        return len(self._master.items) - len(self._reporter._progress_nodeids_reported)

    def _find_lists(self):
        """The reporter's lists of reports, ours in the place of its own; they are there once a test has passed."""
        stats = self._reporter.stats
        if not self._kept:
            if not ("" in stats and "passed" in stats):
                return False
            stats[""] = Kept(stats[""], (0, 2), self._make)
            stats["passed"] = Kept(stats["passed"], (1,), self._make)
            self._kept = stats[""], stats["passed"]
            self._reporter._get_reports_to_display = self._to_display
        # Somebody may have put in others.
        return stats.get("") is self._kept[0] and stats.get("passed") is self._kept[1]

    def _to_display(self, key):
        """In the place of the reporter's own method, which would look at each report."""
        reports = self._reporter.stats.get(key, [])
        if type(reports) is Kept:
            return reports.counted()
        return TerminalReporter._get_reports_to_display(self._reporter, key)

    def _make(self, told, phase):
        worker, index, times, *more = told
        return self._master.pass_report(worker, index, times, more[0] if more else None, phase)

    def _write(self, passes):
        reporter, items = self._reporter, self._master.items
        tw = reporter._tw
        reporter._tests_ran = True
        reported = reporter._progress_nodeids_reported
        if self._lastfailed:
            for _, index, *_ in passes:
                self._lastfailed.pop(items[index].nodeid, None)
        reported.update([report_id(items[index]) for _, index, *_ in passes])
        for kept in self._kept:
            kept.keep(passes)
        if self._master.record:
            self._master.tell_record(passes)
        # As tw.write(".", green=True) for each of them.
        tw._current_line += "." * len(passes)
        tw._file.write(tw.markup(".", green=True) * len(passes))
        reporter.flush()
