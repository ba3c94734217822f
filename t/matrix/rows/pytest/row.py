"""pytest's own: what it shows in each of its ways, and the cache that it keeps for the next run."""
import collections
import re

from matrix import Case, json_data, same_shown, without

DISTRIBUTIONS = {"pytest": None}


def differ(what, peer, prun, theirs, ours):
    theirs, ours = collections.Counter(theirs), collections.Counter(ours)
    if theirs != ours:
        yield f"{what}: {peer.side} {theirs - ours}, prun {ours - theirs}"
    if not theirs:
        yield f"{what}: {peer.side} shows none"


WORDS = r"(PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS|SUB\w+)"


def verbose(output):
    """(test, how it ended) of -v's lines: xdist and prun put the result in front, one process puts it at the end."""
    for test, word in re.findall(rf"^(\S+::.+?) {WORDS}(?: \(.*\))? +\[ *\d+%\]$", output, re.M):
        yield test, word
    for word, test in re.findall(rf"^\[gw\d+\] \[ *\d+%\] {WORDS}(?: \(.*\))? (\S+::.+?)\s*$", output, re.M):
        yield test, word


def same_verbose(peer, prun):
    theirs, ours = list(verbose(peer.output)), list(verbose(prun.output))
    yield from differ("-v", peer, prun, theirs, ours)
    yield from same_shown(peer, prun)


def same_durations(peer, prun):
    theirs, ours = (re.findall(r"^\d+\.\d+s (setup|call|teardown) +(\S.*)$", run.output, re.M) for run in (peer, prun))
    yield from differ("--durations", peer, prun, theirs, ours)


def same_lines(peer, prun):
    """--tb=line"""
    theirs, ours = (re.findall(r"^(/.*:\d+: .*)$", run.output, re.M) for run in (peer, prun))
    yield from differ("--tb=line", peer, prun, theirs, ours)


def same_letters(peer, prun):
    theirs, ours = (
        "".join(re.findall(r"^(?:[\w/]+\.py )?([.FExXsEu,]+) *(?:\[ *\d+%\])?$", run.output, re.M)) for run in (peer, prun)
    )
    yield from differ("letters", peer, prun, theirs, ours)


def same_output(peer, prun):
    """But for times, addresses and the name of the program."""
    theirs, ours = (
        re.sub(r"\d+\.\d+s|0x[0-9a-f]+", "", run.output).replace("prun [options]", "pytest [options]").splitlines() for run in (peer, prun)
    )
    yield from differ("output", peer, prun, theirs, ours)


def same_status(peer, prun):
    if peer.status != prun.status:
        yield f"exit status: {peer.side} {peer.status}, prun {prun.status}"


def same_traceback(peer, prun):
    """faulthandler's, which names the test's line, however the thread is called."""
    for run in (peer, prun):
        if not re.search(r"Timeout \(0:00:00\.2.*\n(?:.*\n)*?  File .*slow\.py\", line \d+ in test_slow\r?$", run.output, re.M):
            yield f"{run.side}: no traceback of the slow test"


CACHED = {f"cache/v/cache/{name}": json_data for name in ("lastfailed", "nodeids")}
STEPWISE = {**CACHED, "cache/v/cache/stepwise": lambda path: without(json_data(path), "last_cache_date_str")}
# In one process their letters are caught as output of their test.
NO_SUBTESTS = ("--deselect", "package/test_more.py::TestCase::test_subtests")
CACHE = ("-ocache_dir=cache",)
FAST = ("load", "loadscope", "worksteal")
CASES = [
    Case("-rA", ("-rA",), check=same_shown, modes=FAST),
    Case("-v", ("-v",), check=same_verbose, modes=FAST),
    Case("-vv -rA", ("-vv", "-rA", *NO_SUBTESTS), check=same_verbose, modes=("load",)),
    Case("-q", ("-q", *NO_SUBTESTS), check=same_letters, modes=("load",)),
    Case("-qq --no-summary", ("-qq", "--no-summary", "--tb=no", *NO_SUBTESTS), check=same_letters, modes=("load",)),
    *(Case(f"--tb={style}", (f"--tb={style}",), check=same_shown, modes=("load",)) for style in ("long", "short", "native", "no")),
    Case("--tb=line", ("--tb=line",), check=same_lines, modes=("load",)),
    Case("--showlocals", ("-l",), check=same_shown, modes=("load",)),
    Case("--show-capture=no", ("--show-capture=no",), check=same_shown, modes=("load",)),
    Case("--durations=0", ("--durations=0", "-vv"), check=same_durations, modes=FAST),
    Case("a terminal", ("--color=yes",), tty=True, modes=("load",)),
    Case("cache", CACHE, CACHED, modes=FAST),
    Case("--lf", (*CACHE, "--lf"), CACHED, same_shown, modes=FAST),
    Case("--ff", (*CACHE, "--ff"), CACHED, same_shown, modes=FAST),
    Case("--nf", (*CACHE, "--nf"), CACHED, same_shown, modes=("load",)),
    Case("--lfnf=none", (*CACHE, "--lf", "--lfnf=none", "test_all.py::test_warns"), CACHED, modes=("load",)),
    Case("--cache-clear", (*CACHE, "--cache-clear"), CACHED, modes=("load",)),
    # Others run at the same time, so there may be more results; which test the next run begins with is the same.
    Case("--sw", (*CACHE, "--sw", "-k", "passes or raises"), STEPWISE, same_status, outcomes=False, modes=("load",)),
    Case("--cache-show", (*CACHE, "--cache-show"), check=same_output, outcomes=False, modes=("load",)),
    Case("--collect-only -q", ("--collect-only", "-q"), check=same_output, modes=("load",)),
    Case("--fixtures", ("--fixtures-per-test",), check=same_output, outcomes=False, modes=("load",)),
    Case("-k and -m", ("-k", "passes and not Class", "-m", "not skip"), check=same_letters, modes=("load",)),
    Case("--deselect", ("--deselect", "test_all.py::test_passes"), check=same_letters, modes=("load",)),
    Case("faulthandler_timeout", ("-ofaulthandler_timeout=0.2", "slow.py"), check=same_traceback, modes=("load",)),
]
