"""The command line: pytest-xdist's options, which prun takes over or, where xdist is absent, provides."""
import argparse
import os
import re
import sys
import uuid
from typing import NamedTuple, Optional

import pytest

from prun import jobserver, timeouts

MODES = ("each", "load", "loadscope", "loadfile", "loadgroup", "worksteal", "duration", "no")

unasked_key = pytest.StashKey()
usepdb_key = pytest.StashKey()


class Plan(NamedTuple):
    """How a run is to be distributed; what :func:`plan` makes of the options."""

    specs: list  # of each worker, as --tx has it: "popen"
    mode: str
    maxchunk: int  # 0: no limit
    reorder: bool
    maxrestart: int  # -1: no limit
    testrunuid: str
    patience: int  # seconds that a forked worker has until it is ready; 0: no limit


def _numprocesses(text):
    if text in ("auto", "logical"):
        return text
    try:
        number = int(text)
    except ValueError:
        number = -1
    if number < 0:
        raise argparse.ArgumentTypeError(f"must be a number of workers, 'auto' or 'logical', not {text!r}")
    return number


class _Names:
    """An option group that only notes the names."""

    def __init__(self):
        self.names = set()

    def _addoption(self, *names, **attrs):
        self.names.update(names)

    addoption = _addoption


def taken(parser):
    """Our options that some plugin other than xdist has registered, sorted."""
    ours = _Names()
    _add_to(ours)
    groups = [parser._anonymous, *(group for group in parser._groups if group.name != "xdist")]
    return sorted(ours.names & {name for group in groups for option in group.options for name in option.names()})


def complete(parser):
    """Add what xdist has not registered: all without it, some where it is older than the one that prun follows."""
    _add_to(_Missing(parser.getgroup("xdist", "distributed testing (prun)")))
    for option in parser.getgroup("xdist").options:
        if "--dist" in option.names():
            option.attrs()["choices"] = list(MODES)


class _Missing:
    """An option group that takes only what is not there yet."""

    def __init__(self, group):
        self._group = group
        self._there = {name for option in group.options for name in option.names()}

    def _addoption(self, *names, **attrs):
        if self._there.isdisjoint(names):
            self._group._addoption(*names, **attrs)

    addoption = _addoption


def _add_to(group):
    group._addoption(
        "-n",
        "--numprocesses",
        dest="numprocesses",
        metavar="numprocesses",
        type=_numprocesses,
        help="Run tests in this many forked workers; 'auto' is one per processor this process may use "
        "(affinity and container limit) or, under make -j, as many as make grants; 'logical' likewise. "
        "0 runs in this process.",
    )
    group.addoption(
        "--maxprocesses",
        dest="maxprocesses",
        metavar="maxprocesses",
        type=int,
        help="At most this many workers, whatever -n says",
    )
    group.addoption(
        "--max-worker-restart",
        dest="maxworkerrestart",
        default=None,
        help="How many workers that crashed are replaced in all (0: none; default: no limit, since each crash costs one test)",
    )
    group.addoption(
        "--dist",
        metavar="distmode",
        choices=list(MODES),
        dest="dist",
        default="no",
        help="Which worker runs which test.\n"
        "each: all tests on every worker.\n"
        "duration: a file's tests together and in order, slow ones first by what they took before (the default with -n).\n"
        "load: chunks of tests to any worker.\n"
        "loadscope: tests of a module or class on one worker.\n"
        "loadfile: tests of a file on one worker.\n"
        "loadgroup: tests with the same xdist_group mark on one worker.\n"
        "worksteal: equal parts, then idle workers steal.\n"
        "no: in this process.",
    )
    group.addoption(
        "--loadscope-reorder",
        dest="loadscopereorder",
        action="store_true",
        default=True,
        help="loadscope, loadfile, loadgroup: largest units first (default)",
    )
    group.addoption(
        "--no-loadscope-reorder",
        dest="loadscopereorder",
        action="store_false",
        help="Keep units in the order of collection",
    )
    group.addoption(
        "--tx",
        dest="tx",
        action="append",
        default=[],
        metavar="xspec",
        help="Workers by execnet specification: popen or N*popen; prun runs on this machine only",
    )
    group._addoption(
        "-d",
        action="store_true",
        dest="distload",
        default=False,
        help="Load-balance tests; shortcut for '--dist=load'",
    )
    for name, metavar in (("--rsyncdir", "DIR"), ("--rsyncignore", "GLOB")):
        # pytest-cov below 7 adds to the first where there are workers.
        group.addoption(name, action="append", default=[], metavar=metavar, help="Ignored: all workers are on this machine")
    group.addoption(
        "--testrunuid", action="store", help="Identifier shared by all workers of a run (default: generated)"
    )
    group.addoption(
        "--maxschedchunk",
        action="store",
        type=int,
        help="load: send at most this many tests to a worker in one step (never fewer than keep it busy)",
    )


def _specs(tx):
    """What --tx asks for, one for each worker."""
    specs = []
    for spec in tx:
        match = re.fullmatch(r"(?:(\d+)\*)?(popen(?://.*)?)", spec)
        if not match:
            raise pytest.UsageError(f"--tx {spec}: prun runs workers on this machine only; use popen or N*popen")
        for word in match.group(2).split("//"):
            key, _, value = word.partition("=")
            if key in ("python", "chdir", "via"):
                raise pytest.UsageError(
                    f"--tx {spec}: prun's workers are forks of one process, which has run the conftests; "
                    f"leave out {key}="
                )
            if key == "nice" and not re.fullmatch(r"-?\d+", value):
                raise pytest.UsageError(f"--tx {spec}: nice= must be a number")
        specs += [match.group(2)] * int(match.group(1) or 1)
    return specs


def auto_workers(config):
    """The number behind -n auto: xdist's order of precedence, then the container's limit.

    conftest hook, PYTEST_XDIST_AUTO_NUM_WORKERS, -X cpu_count / PYTHON_CPU_COUNT, what make may grant, psutil's
    physical cores for auto, the affinity mask; never more than the cgroup's CPU quota lets run.
    """
    import _prun

    env = os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS")
    if env:
        try:
            return int(env)
        except ValueError:
            config.issue_config_time_warning(
                pytest.PytestConfigWarning(f"PYTEST_XDIST_AUTO_NUM_WORKERS is not a number: {env!r}; ignored"), 2
            )
    forced = getattr(sys, "_xoptions", {}).get("cpu_count") or os.environ.get("PYTHON_CPU_COUNT")
    if forced and str(forced).isdigit() and int(forced) > 0:
        return int(forced)
    if jobserver.most():
        return jobserver.most()
    usable = _prun.cpus()
    if config.option.numprocesses == "auto":
        try:
            import psutil

            usable = min(usable, psutil.cpu_count(logical=False) or usable)
        except ImportError:
            pass
    return max(1, usable)


def _resolve_number(config):
    option = config.option
    if option.numprocesses in ("auto", "logical"):
        if getattr(option, "usepdb", False):
            option.numprocesses = 0
        else:
            option.numprocesses = config.hook.pytest_xdist_auto_num_workers(config=config)


class Unasked:
    """Notes whether any --dist was asked for, before xdist or its stand-in says "load" where there was none.

    config.option.dist then stays "load": it is what plugins and conftests know as the default of -n.  And hides --pdb
    from xdist, which would refuse it; but with -n auto it makes that -n 0.
    """

    @pytest.hookimpl(hookwrapper=True)
    def pytest_cmdline_main(self, config):
        option = config.option
        config.stash[unasked_key] = option.dist == "no" and not option.distload
        if getattr(option, "usepdb", False) and option.numprocesses not in ("auto", "logical"):
            config.stash[usepdb_key] = True
            option.usepdb = False
        yield


def unhide(config):
    """After xdist's pytest_cmdline_main."""
    if usepdb_key in config.stash:
        config.option.usepdb = config.stash[usepdb_key]


def normalise(config):
    """Do to the options what xdist's pytest_cmdline_main does: afterwards dist and tx say everything."""
    option = config.option
    if option.distload:
        option.dist = "load"
    _resolve_number(config)
    if option.numprocesses:
        if option.dist == "no":
            option.dist = "load"
        number = option.numprocesses
        if option.maxprocesses:
            number = min(number, option.maxprocesses)
        option.tx = ["popen"] * number
    elif option.numprocesses == 0:
        option.dist = "no"
        option.tx = []


def _refuse_debugger(config):
    from prun import terminal

    for name, dest in (("--pdb", "usepdb"), ("--trace", "trace")):
        if getattr(config.option, dest, False) and not terminal.there(config):
            raise pytest.UsageError(f"{name} needs a terminal, which standard input is not; with -n0 it does without")


def _restarts(option):
    text = getattr(option, "maxworkerrestart", None)
    if text is None:
        # Unlike xdist's four per worker: each crash costs one test, so they come to an end by themselves,
        # and a limit would leave tests without an outcome.
        return -1
    try:
        number = int(text)
    except ValueError:
        number = -1
    if number < 0:
        raise pytest.UsageError(f"--max-worker-restart must be a number of workers, not {text!r}")
    return number


def _patience():
    text = os.environ.get("PRUN_START_TIMEOUT") or "30"
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise pytest.UsageError(f"PRUN_START_TIMEOUT must be a number of seconds, not {text!r}")
    return int(text)


def plan(config) -> Optional[Plan]:
    """The plan, or None when tests run in this process.  Raises UsageError."""
    option = config.option
    if isinstance(option.numprocesses, int) and option.numprocesses < 0:
        raise pytest.UsageError(f"-n must be a number of workers, 'auto' or 'logical', not {option.numprocesses}")
    if (option.dist == "no" or not option.tx) and timeouts.need_worker(config):
        option.dist, option.tx = "load", ["popen"]
    if option.dist == "no" or not option.tx or option.collectonly:
        return None
    _refuse_debugger(config)
    specs = _specs(option.tx)
    jobserver.state()
    if getattr(option, "xdist_exact", False):
        specs = specs[: jobserver.take(len(specs))]
    chunk = getattr(option, "maxschedchunk", None)
    if chunk is not None and chunk < 1:
        raise pytest.UsageError(f"--maxschedchunk must be at least 1, not {chunk}")
    return Plan(
        specs=specs,
        mode="duration" if option.dist == "load" and config.stash.get(unasked_key, False) else option.dist,
        maxchunk=chunk or 0,
        reorder=getattr(option, "loadscopereorder", True),
        maxrestart=_restarts(option),
        testrunuid=getattr(option, "testrunuid", None) or uuid.uuid4().hex,
        patience=_patience(),
    )
