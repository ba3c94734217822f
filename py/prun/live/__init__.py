"""What a run does now, for whoever looks: a line on a terminal, a sentence for each slow test where there is none."""
import os
import time

from _pytest.terminal import TerminalReporter

from prun import timeouts

_FIRST = 0.5  # seconds before the line appears: a run that is over by then needs none
_EVERY = 0.1


def add_options(parser):
    group = parser.getgroup("prun")
    group.addoption(
        "--live",
        choices=("auto", "yes", "no"),
        default="auto",
        help="A line under pytest's output: how far the run is, and what each worker runs. auto: on a terminal, but for "
        "TERM=dumb, -qq and other reporters than pytest's",
    )
    group.addoption(
        "--slow-after",
        type=timeouts.positive,
        default=30.0,
        metavar="SECONDS",
        help="Where there is no such line: say which tests still run after so many seconds, and again when the time has "
        "doubled (default 30; 0: never)",
    )


def _has_line(config, reporter):
    choice = config.option.live
    if choice != "auto":
        return choice == "yes"
    return (
        type(reporter) is TerminalReporter
        and reporter._tw._file.isatty()
        and os.environ.get("TERM", "") not in ("", "dumb")
        and config.option.verbose > -2
    )


class Silent:
    """Nobody looks, or nobody needs a line."""

    def aside(self, data=b"\n"):
        """Somebody else is about to write this to the terminal."""

    def close(self):
        """The run is over."""

    def leave(self):
        """In a worker: it was the master's."""


class Slow(Silent):
    """Says which tests still run after some time."""

    def __init__(self, master, after):
        self._master = master
        self._after = after
        self._next = {}  # (worker, index): seconds after which it is said
        master.ticks.add(after, self.tick)

    def tick(self, now):
        due = {}
        for worker, index, seconds in now.running:
            key = worker, index
            due[key] = self._next.get(key, self._after)
            if seconds >= due[key]:
                name = self._master.nodes[worker].gateway.id
                self._master.say(f"[{name}] still running after {seconds:.0f} s: {self._master.items[index].nodeid}")
            while seconds >= due[key]:
                due[key] *= 2
        self._next = due
        return min([self._after, *(due[worker, index] - seconds for worker, index, seconds in now.running)])


class Live(Silent):
    """Keeps the line; what pytest writes meanwhile goes through a Screen."""

    def __init__(self, master, reporter):
        self._master = master
        self._reporter = reporter
        self._began = time.monotonic()
        self._screen = None
        self._lent = False
        master.terminal.watchers.append(self._lend)
        master.ticks.add(_FIRST, self.tick)

    def _open(self):
        from prun.live.line import Line
        from prun.live.screen import Screen

        self._screen = Screen(self._reporter)
        self._line = Line(self._master, self._reporter, self._began)

    def tick(self, now):
        if not self._screen:
            self._open()
        if not self._lent:
            self._screen.draw(self._line.text(now, self._screen.columns()))
        return _EVERY

    def aside(self, data=b"\n"):
        if self._screen:
            self._screen.aside(data[-1:] != b"\n")

    def _lend(self, holder):
        """Somebody else has the terminal, or (None) it is ours again."""
        self._lent = holder is not None
        self.aside()

    def close(self):
        if self._screen:
            self._screen.close()

    def leave(self):
        if self._screen:
            self._screen.leave()


def attach(master):
    """Show what `master` does, from the first tick on."""
    config = master.config
    reporter = config.pluginmanager.getplugin("terminalreporter")
    after = config.option.slow_after
    if reporter and _has_line(config, reporter):
        return Live(master, reporter)
    if reporter and after and config.option.verbose > -2:
        return Slow(master, after)
    return Silent()
