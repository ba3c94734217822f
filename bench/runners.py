"""The ways to run a suite: serial pytest, pytest-xdist and prun; peers.py has the others."""
import os
import shutil
import signal
from dataclasses import dataclass, field
from pathlib import Path

import runs

SERIAL, XDIST, PRUN = "pytest", "pytest-xdist", "prun"
MARK = "BENCH_RUN"  # in the environment of all that a runner with a daemon starts


@dataclass
class Runner:
    """One way to run a suite.

    name: in tables; command: run in the suite's folder; python: of its environment; exitfirst: its option to end at
    the first failure, if it has one; summary: see outcomes(); home: its own home directory, which it may fill with
    caches; cold: whether each run begins without them and without a daemon; serves: whether runs leave a daemon.
    """

    name: str
    command: list
    python: Path
    exitfirst: str = "-x"
    summary: str = ""
    home: "Path | None" = None
    cold: bool = True
    serves: bool = False
    more: dict = field(default_factory=dict)

    @property
    def folder_name(self):
        """Where its copy of the suites is: a peer that keeps caches beside the tests must not share them."""
        return "suites" if self.home is None else f"suites-{self.home.name}"

    def environment(self):
        own = {"HOME": str(self.home), MARK: self._mark()} if self.home else {}
        return runs.environment(self.python, **own, **self.more)

    def _mark(self):
        return f"{os.getpid()}-{self.home.name}"

    def prepare(self, folder):
        """Make ready for a run in `folder`, outside the time that is measured."""
        if self.home is None:
            return
        if self.cold:
            self.end()
            shutil.rmtree(self.home, ignore_errors=True)
            for cache in folder.glob(".*_cache"):
                shutil.rmtree(cache)
        self.home.mkdir(parents=True, exist_ok=True)

    def end(self):
        """End the daemon that earlier runs left."""
        if self.serves:
            _kill_marked(f"{MARK}={self._mark()}".encode())


def _kill_marked(mark):
    """Kill the processes that have `mark` in the environment that they were started with."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            continue  # it has ended, or is another user's


def pytest_like(args, workers, cache=False):
    """Serial pytest, pytest-xdist and prun, with each number of workers: {name: Runner}.

    args: python, prun, dist (None: each runner's own default).  cache: with pytest's cache folder.
    """
    pytest = [str(args.python), "-m", "pytest"]
    commands = {SERIAL: pytest, PRUN: [str(args.prun)]}
    for n in workers:
        many = ["-n", str(n)] + (["--dist", args.dist] if args.dist else [])
        commands[f"{XDIST} -n {n}"] = pytest + many
        commands[f"{PRUN} -n {n}"] = [str(args.prun), *many]
    quiet = ["-q"] if cache else ["-q", "-p", "no:cacheprovider"]
    return {name: Runner(name, command + quiet, args.python) for name, command in commands.items()}
