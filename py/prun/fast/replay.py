"""Short cut "replay": passes that only pytest's own reporters hear of are told in batches.

For a test that just passed those do four things: the terminal reporter writes a letter, counts the test as reported,
and keeps the three reports for the end; the last-failed plugin forgets it.  The letters are written together as
long as the line has room; whatever ends a line, and the last test, goes through pytest's own hooks.  The reports
that are kept are made when somebody looks at them (Kept).

When: why_not().  Not seen: an attribute of the reporter that says which report it heard of last.
"""
import struct

from _pytest.terminal import TerminalReporter

from prun import fast
from prun.items import report_id

_PASS = struct.Struct("=II9d")  # worker, item, (duration, start, stop) of three phases
_KNOWN = frozenset(
    f"_pytest.{name}" for name in ("cacheprovider", "logging", "main", "runner", "skipping", "subtests", "terminal")
)
_HOOKS = (
    "pytest_runtest_logstart", "pytest_runtest_logreport", "pytest_runtest_logfinish", "pytest_report_teststatus",
)


def unpack(data):
    """[(worker, item, [nine times]), ...] of what the core gives to Master.passes()."""
    return [(worker, index, times) for worker, index, *times in _PASS.iter_unpack(data)]


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

    Its length is right at any time.  What is yet to be made stands in it as a tuple.
    """

    def __init__(self, reports, make):
        """make: function of such a tuple, which returns the report."""
        super().__init__(reports)
        self._make = make
        self._full = True

    def keep(self, tuples):
        self._full = False
        super().extend(tuples)

    def _fill(self):
        if not self._full:
            self._full = True
            for i, report in enumerate(super().__iter__()):
                if type(report) is tuple:
                    super().__setitem__(i, self._make(report))

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
        count = str(len(master.items))
        self._edge = max(len(" [100%]"), len(f" [{count}/{count}]")) + 1
        self._kept = None

    def passes(self, passes):
        """passes: as unpack() gives them."""
        if not self.batched:
            for worker, index, times in passes:
                self._master.tell_pass(worker, index, times)
            return
        while passes:
            room = self._room()
            if room <= 0 or len(passes) == 1 or not self._find_lists():
                # Perhaps the last of a line or of the run: by pytest's own functions.
                self._master.tell_pass(*passes.pop(0))
            else:
                room = min(room, len(passes) - 1)
                self._write(passes[:room])
                del passes[:room]

    def _room(self):
        """How many letters can be written before pytest may have something to add."""
        reporter = self._reporter
        if not reporter._show_progress_info:
            return 1 << 30
        return reporter._screen_width - self._edge - reporter._tw.width_of_current_line - 1

    def _find_lists(self):
        """The reporter's lists of reports, ours in the place of its own; they are there once a test has passed."""
        stats = self._reporter.stats
        if not self._kept:
            if not ("" in stats and "passed" in stats):
                return False
            for name in ("", "passed"):
                stats[name] = Kept(stats[name], self._make)
            self._kept = stats[""], stats["passed"]
        # Somebody may have put in others.
        return stats.get("") is self._kept[0] and stats.get("passed") is self._kept[1]

    def _make(self, kept):
        told, phase = kept
        return self._master.pass_report(*told, phase)

    def _write(self, passes):
        reporter, items = self._reporter, self._master.items
        tw = reporter._tw
        reporter._tests_ran = True
        reported = reporter._progress_nodeids_reported
        others, called = [], []
        for told in passes:
            item = items[told[1]]
            reported.add(report_id(item))
            if self._lastfailed:
                self._lastfailed.pop(item.nodeid, None)
            others += ((told, 0), (told, 2))
            called.append((told, 1))
        self._kept[0].keep(others)
        self._kept[1].keep(called)
        # As tw.write(".", green=True) for each of them.
        tw._current_line += "." * len(passes)
        tw._file.write(tw.markup(".", green=True) * len(passes))
        reporter.flush()
