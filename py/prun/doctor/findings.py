"""What held a run up, by what lastrun has of it, and what would help.

The time of a part is estimated as if work were spread over workers without a gap: the longest of what cannot be
divided, or a fair share.
"""
import heapq
from typing import NamedTuple

_SCOPES = ("loadscope", "loadfile", "loadgroup")
_LEAST = 0.1  # seconds that are worth a word, if they are also
_SHARE = 0.03  # so much of the run


class Finding(NamedTuple):
    gain: float  # seconds of the run; at most so many if `most`
    what: str
    help: str
    most: bool = False
    processor: float = 0.0  # seconds of processors' time, where that is what is gained


def fair(run, workers=None):
    """Seconds that the tests must take on so many workers, however they are spread."""
    workers = workers or run["workers"]
    return max(run["total"] / workers, run["longest"][0][1])


def kept_together(run):
    """Seconds that the tests take if none of the units is divided, those first that take longest."""
    workers = [0.0] * run["workers"]
    for _, seconds, *_ in run["units"]:
        heapq.heapreplace(workers, workers[0] + seconds)
    count, seconds, longest, _ = run["others"]
    return max(*workers, sum(workers + [seconds]) / len(workers), longest) if count else max(workers)


def wall(run):
    return sum(value for name, value in run["seconds"].items() if name != "processor")


def busy(run):
    return sum(setup + rest for _, setup, rest, *_ in run["lanes"])


def repeated(run, column):
    """Seconds of set-ups for more than their test, on an average worker; column: 3 for the session's, 4 for files'."""
    return sum(lane[column] for lane in run["lanes"]) / run["workers"]


def _overhead(run):
    return repeated(run, 3) + repeated(run, 4)


def _waits(run):
    """Do tests wait for something, rather than compute?"""
    return run["seconds"]["processor"] < busy(run) / 2


def _crowded(run):
    """How many workers there are for each processor that they could have used; 1 if each has its own."""
    return 1.0 if _waits(run) else max(1.0, run["workers"] / run["processors"])


# ---- what may be found: each returns a Finding or None ----


def large_unit(run):
    if run["mode"] not in _SCOPES or run["workers"] < 2:
        return None
    name, seconds, longest, tests = run["units"][0]
    if tests < 2 or seconds <= 1.05 * run["total"] / run["workers"]:
        return None
    gain = min(kept_together(run), run["seconds"]["tests"]) - fair(run)
    what = f"{name} takes {seconds:.2f} s and stays on one worker (--dist {run['mode']}); a fair share is {fair(run):.2f} s"
    hint = "several groups, or" if run["mode"] == "loadgroup" else "without --dist, or"
    return Finding(gain, what, f"{hint} --dist duration: other workers help with it")


def longest_test(run):
    name, seconds = run["longest"][0]
    share = run["total"] / run["workers"]
    if run["workers"] < 2 or run["mode"] in ("each", *_SCOPES) or seconds <= 1.05 * share:
        return None
    others = run["longest"][1][1] if len(run["longest"]) > 1 else 0.0
    gain = seconds - max(share, others)
    what = f"{name} takes {seconds:.2f} s, more than a fair share of all ({share:.2f} s)"
    return Finding(gain, what, "divide it, or make it faster; more workers do not help", most=True)


def idle_workers(run):
    if run["workers"] < 2 or run["mode"] in ("each", *_SCOPES):
        return None
    tests = run["seconds"]["tests"]
    gain = tests - fair(run) - _overhead(run)
    share = max(0.0, 1 - busy(run) / (tests * run["workers"])) if tests else 0.0
    what = f"workers had nothing to do for {share:.0%} of the time"
    if run["mode"] != "duration":
        return Finding(gain, f"{what} (--dist {run['mode']})", "--dist duration: what takes long begins first")
    if not run["planned"]:
        return Finding(gain, f"{what}: what tests take was not known", "run it again: now it is known", most=True)
    return None


def few_workers(run):
    workers, processors = run["asked"], run["processors"]
    if run["mode"] == "each" or run["workers"] < workers:
        return None
    if workers < processors:
        more, what = processors, f"{workers} workers on {processors} processors"
    elif _waits(run) and workers <= 2 * processors:
        more = 2 * workers
        what = f"tests wait rather than compute: {run['seconds']['processor']:.2f} s of processors' time in {busy(run):.2f} s"
    else:
        return None
    now = kept_together(run) if run["mode"] in _SCOPES else fair(run)
    then = kept_together({**run, "workers": more}) if run["mode"] in _SCOPES else fair(run, more)
    return Finding(now - then, what, f"-n {'auto' if more == processors else more}", most=True)


def session_fixtures(run):
    """What every worker spent once on a set-up that is larger than usual: so much at least, by most of them."""
    spent = sorted(lane[3] for lane in run["lanes"][: run["workers"]])
    if run["workers"] < 2 or not run["shared"] or len(spent) < run["workers"]:
        return None
    seconds = spent[(len(spent) - 1) // 2]
    what = f"each of {run['workers']} workers spends {seconds:.2f} s on a set-up for more than one test, as before {run['shared'][0]}"
    gain = seconds - seconds / _crowded(run)
    spared = 0.0 if _waits(run) else seconds * (run["workers"] - 1) / _crowded(run)
    return Finding(gain, what, "if it is a session fixture, @prun.shared: once for the run (--report-html names fixtures)", processor=spared)


def file_fixtures(run):
    seconds = repeated(run, 4)
    if run["mode"] not in ("load", "worksteal", "duration") or run["workers"] < 2:
        return None
    gain = seconds - max(0.0, kept_together(run) - fair(run))
    return Finding(gain, f"fixtures of files are set up on several workers: {seconds:.2f} s on each", "--dist loadfile", most=True)


def collecting(run):
    seconds = run["seconds"]["collect"]
    if seconds < 0.15 * wall(run):
        return None
    what = f"collecting takes {seconds:.2f} s, {seconds / wall(run):.0%} of the run"
    if run["exact"]:
        spared = seconds * (run["workers"] - 1) / _crowded(run)
        gain = seconds - seconds / _crowded(run)
        return Finding(gain, what, "without --xdist-exact: once, not on each worker", processor=spared)
    return Finding(seconds, what, "testpaths, or fewer files on the command line; python -X importtime says what imports take", most=True)


def starting(run):
    seconds = run["seconds"]["start"]
    if seconds < max(0.5, 0.15 * wall(run)):
        return None
    what = f"pytest and its plugins take {seconds:.2f} s to start"
    return Finding(seconds, what, "-p no:NAME for plugins that are not needed; python -X importtime says what they take", most=True)


def deaths(run):
    if not run["died"]:
        return None
    each = _overhead(run)
    return Finding(each * run["died"] / run["workers"], f"{run['died']} workers died and were replaced", "mend the crashes")


ALL = (
    large_unit, longest_test, idle_workers, few_workers, session_fixtures, file_fixtures, collecting, starting, deaths,
)


def of(run):
    """What is worth a word, the largest gain first."""
    least = max(_LEAST, _SHARE * wall(run))
    found = [finding for finding in (look(run) for look in ALL) if finding]
    worth = [f for f in found if f.gain >= least or f.processor >= least]
    return sorted(worth, key=lambda f: (-(f.gain if f.gain >= least else 0.0), -f.processor))
