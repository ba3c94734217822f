"""The command line of ``prun --verify-dropin``: its own options, and the arguments for each side."""
import os
import re
from typing import NamedTuple, Optional

from prun.verify import FLAG

# xdist's options and prun's own, which serial pytest need not know: True where a value follows.
_WORKER_OPTIONS = {
    "-n": True,
    "--numprocesses": True,
    "--maxprocesses": True,
    "--max-worker-restart": True,
    "--dist": True,
    "--tx": True,
    "--px": True,
    "--rsyncdir": True,
    "--rsyncignore": True,
    "--testrunuid": True,
    "--maxschedchunk": True,
    "-d": False,
    "--loadscope-reorder": False,
    "--no-loadscope-reorder": False,
    "--xdist-exact": False,
    "--leaks": False,
    "--max-memory": True,
    "--report-jsonl": True,
    "--report-json": True,
    "--report-html": True,
    "--report-trace": True,
    "--tap": True,
    "--github-annotations": True,
}
_WORKERS = ("-n", "--numprocesses", "--dist", "--tx", "-d")
_CHOOSING = ("--changed", "--shard", "--shard-durations")
_INTERACTIVE = ("--pdb", "--trace", "-f", "--looponfail")
_CLUSTER = re.compile(r"-([vqxsl]+)n(.*)")  # as in -xn2


class BadInput(Exception):
    """Its text is the sentence for the user."""


class Request(NamedTuple):
    args: list  # for pytest and prun alike, as the user gave them
    runs: int
    report: Optional[str]


def _count(text):
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) < 1:
        raise BadInput(f"--verify-runs must be a number from 1 on, not {text!r}")
    return int(text)


def _report(text):
    folder = os.path.dirname(os.path.abspath(text))
    if not text or os.path.isdir(text):
        raise BadInput(f"--verify-report must name a file, not {text!r}")
    if not os.path.isdir(folder) or not os.access(folder, os.W_OK):
        raise BadInput(f"--verify-report {text}: the folder {folder} is not there or cannot be written to")
    return text


_OWN = {"--verify-runs": _count, "--verify-report": _report}


def parse(args):
    """A Request; raises BadInput."""
    left, values = [], {}
    queue = list(args)
    while queue:
        arg = queue.pop(0)
        name, equals, value = arg.partition("=")
        if arg == "--":
            left += [arg, *queue]
            break
        if arg == FLAG:
            continue
        if name in _OWN:
            if not equals:
                if not queue or queue[0].startswith("-"):
                    raise BadInput(f"{name} needs a value")
                value = queue.pop(0)
            values[name] = _OWN[name](value)
        elif name.startswith("--verify-"):
            raise BadInput(f"{arg} is no option of {FLAG}, which has --verify-runs and --verify-report")
        elif name in _CHOOSING:
            raise BadInput(f"{name} is prun's own: serial pytest would run other tests; choose with -k, -m or paths")
        elif arg in _INTERACTIVE:
            raise BadInput(f"{arg} waits for somebody at the terminal, which {FLAG} cannot offer")
        else:
            left.append(arg)
    return Request(left, values.get("--verify-runs", 3), values.get("--verify-report"))


def without_workers(args):
    """The arguments without those that distribute tests."""
    left = []
    queue = list(args)
    while queue:
        arg = queue.pop(0)
        if arg == "--":
            return left + [arg, *queue]
        name, equals, _ = arg.partition("=")
        cluster = _CLUSTER.fullmatch(arg)
        if name in _WORKER_OPTIONS:
            if _WORKER_OPTIONS[name] and not equals and queue:
                queue.pop(0)
        elif re.fullmatch(r"-n(\d+|auto|logical)", arg):
            pass
        elif cluster:
            left.append("-" + cluster[1])
            if not cluster[2] and queue:
                queue.pop(0)
        else:
            left.append(arg)
    return left


def asks_for_workers(args):
    """Do these arguments say how many workers there are to be?"""
    own = args[: args.index("--")] if "--" in args else args
    return any(
        a.partition("=")[0] in _WORKERS or re.fullmatch(r"-n(\d+|auto|logical)", a) or _CLUSTER.fullmatch(a)
        for a in own
    )


def appended(args, more):
    """`more` behind the options of `args`, so that it wins, but before a "--"."""
    at = args.index("--") if "--" in args else len(args)
    return [*args[:at], *more, *args[at:]]


def wants_coverage(args):
    return any(a == "--cov" or a.startswith("--cov=") for a in args)


def coverage_config(args):
    """The file that --cov-config names, or None."""
    for i, arg in enumerate(args):
        name, equals, value = arg.partition("=")
        if name == "--cov-config":
            return value if equals else (args[i + 1] if i + 1 < len(args) else None)
    return None
