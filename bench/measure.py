"""Runners in turns on one suite: times, ratios, and whether they all did the same."""
import statistics
import sys

import runs
from outcomes import outcomes, spelt


class Row:
    """One runner on one suite.  void: why its times do not count, or None."""

    def __init__(self, name):
        self.name = name
        self.runs = []
        self.void = None

    def add(self, run, got, expected):
        """Count a run.  expected: (outcomes, exit status) that it must have; got: those that it has."""
        if run.exit is None:
            self.void = self.void or "ran out of time"
        elif got != expected:
            self.void = self.void or f"{spelt(got[0])}, exit {got[1]}"
        self.runs.append(run)

    @property
    def wall(self):
        """Median seconds."""
        return statistics.median(run.wall for run in self.runs)

    def ratio(self, other):
        """How many times as fast as `other`: the median over the rounds, or None."""
        if other is None or other.void or self.void or not other.runs or not self.runs:
            return None
        return statistics.median(o.wall / s.wall for s, o in zip(self.runs, other.runs))

    def summary(self, others):
        """As JSON.  others: {name: Row} to give ratios to."""
        walls = [run.wall for run in self.runs]
        return {
            "runner": self.name,
            "void": self.void,
            "wall": self.wall if walls else None,
            "least": min(walls, default=None),
            "most": max(walls, default=None),
            "cpu": statistics.median(run.cpu for run in self.runs) if walls else None,
            "times as fast as": {name: self.ratio(row) for name, row in others.items()},
            "walls": walls,
        }


def measure(name, folders, runners, rounds, timeout, seconds=None):
    """Run `runners` in turns, after one round that is not counted (it leaves compiled files, caches and daemons).

    name: of the suite, for progress; folders: {runner: folder to run in}; the first runner says what is expected.
    seconds: stop counting rounds once so many are over, but not before there are three.
    Returns the expected (outcomes, exit status) and {runner: Row}.  SystemExit: the first runner failed.
    """
    rows = {runner.name: Row(runner.name) for runner in runners}
    expected, spent = None, 0.0
    try:
        for turn in range(rounds + 1):
            if seconds and turn > 3 and spent > seconds:
                break
            for runner in runners:
                row = rows[runner.name]
                if row.void:
                    continue
                runs.progress(f"{name} {turn}/{rounds} {runner.name}")
                runner.prepare(folders[runner.name])
                run = runs.run(runner.command, folders[runner.name], runner.environment(), timeout)
                spent += run.wall
                got = outcomes(run.out, runner.summary), run.exit
                if expected is None:
                    expected = got
                    if not got[0] or run.exit not in (0, 1):
                        sys.exit(f"{' '.join(runner.command)} failed in {folders[runner.name]}:\n{run.out[-2000:]}")
                row.add(run, got, expected)
                if not turn and not row.void:
                    row.runs.clear()
    finally:
        for runner in runners:
            runner.end()
        runs.progress()
    return expected, rows
