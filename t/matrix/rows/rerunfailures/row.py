"""pytest-rerunfailures: reruns by option, ini and mark, what is rerun, and crashes that are."""
import re

from matrix import Case

DISTRIBUTIONS = {"pytest-rerunfailures": "pytest_rerunfailures"}
DEBIAN = ["python3-pytest-rerunfailures"]
WITH_XDIST = True  # Debian's 10.2 defines its hooks wherever it can be imported


def summary(output):
    """The lines of -r R, without an order: of several workers the first to fail comes first."""
    _, _, rest = output.partition("rerun test summary info ===")
    return sorted(re.findall(r"^([A-Z]+ test_\S+)", rest, re.M))


def same_summary(peer, prun):
    want, got = summary(peer.output), summary(prun.output)
    if not any(line.startswith("RERUN ") for line in want):
        yield f"{peer.side} shows no reruns"
    if want != got:
        yield f"-r R: {peer.side} {want}, prun {got}"


def words(output):
    """What the last line counts."""
    return re.findall(r"\d+ [a-z ]+(?=,| in )", output.splitlines()[-1])


def same_words(peer, prun):
    if words(peer.output) != words(prun.output) or not words(peer.output):
        yield f"last line: {peer.side} {words(peer.output)}, prun {words(prun.output)}"


def ends(run):
    """{test: outcomes of its reports that say how an attempt ended}"""
    found = {}
    for report in run.record.reports:
        if report["when"] not in ("setup", "teardown") or report["outcome"] not in ("passed", "skipped"):
            found.setdefault(report["id"], []).append(report["outcome"])
    return found


def same_ends(peer, prun):
    """A crash is one report, which has no phases, and of which xdist says when="???"."""
    want, got = ends(peer), ends(prun)
    for test in sorted(want.keys() | got.keys()):
        if want.get(test) != got.get(test):
            yield f"{test}: {peer.side} {want.get(test)}, prun {got.get(test)}"
    if want.get("test_crash.py::test_segfaults_twice") != ["rerun", "rerun", "passed"]:
        yield f"{peer.side} did not crash, rerun, crash and rerun"
    if peer.status != prun.status:
        yield f"exit status: {peer.side} {peer.status}, prun {prun.status}"
    yield from same_words(peer, prun)
    yield from same_summary(peer, prun)


def same_reruns(peer, prun):
    """As many, though not of the same tests."""
    want, got = (sum(r["outcome"] == "rerun" for r in run.record.reports) for run in (peer, prun))
    if want != 3 or got != 3:
        yield f"of 3 reruns: {peer.side} {want}, prun {got}"


FLAKY = ("test_flaky.py",)
CRASH = ("test_crash.py", "-rR")
CASES = [
    Case("--reruns", ("--reruns=2", "-rR", *FLAKY), check=same_summary),
    Case("--reruns-delay", ("--reruns=1", "--reruns-delay=0.02", *FLAKY)),
    Case("ini: reruns, reruns_delay", ("-oreruns=1", "-oreruns_delay=0.01", *FLAKY), needs={"pytest-rerunfailures": "11"}),
    Case("marks only", FLAKY),
    Case("--only-rerun", ("--reruns=2", "--only-rerun=AssertionError", "--only-rerun=Connection.*", *FLAKY)),
    Case(
        "--rerun-except",
        ("--reruns=2", "--rerun-except=OSError", *FLAKY),
        needs={"pytest-rerunfailures": "11"},
    ),
    Case("--reruns with -x", ("--reruns=2", "-x", "-k", "second_time or third_time or parameters", *FLAKY)),
    Case(
        "--max-suite-reruns",
        ("--reruns=2", "--max-suite-reruns=3", *FLAKY),
        check=same_reruns,
        outcomes=False,
        needs={"pytest-rerunfailures": "16.4"},
    ),
    Case(
        "--fail-on-flaky",
        ("--reruns=2", "--fail-on-flaky", "-k", "second_time or parameters", *FLAKY),
        needs={"pytest-rerunfailures": "11"},
    ),
    Case("subtests", ("-rR", "test_subtests.py"), check=same_words, needs={"pytest": "9", "pytest-rerunfailures": "16"}),
    # A crash ends a run in one process: there the same tests raise.
    Case(
        "a crash is rerun",
        CRASH,
        check=same_ends,
        outcomes=False,
        modes=("load", "loadscope", "loadfile", "worksteal"),
        needs={"pytest-rerunfailures": "11"},
    ),
    # xdist reruns in these modes only, and not always: a worker tells the plugin's server of the mark, which may
    # not have read it yet when the worker crashes and the plugin looks it up.  To ask makes sure.
    Case(
        "a crash is rerun, as with xdist",
        CRASH,
        check=same_ends,
        outcomes=False,
        against="xdist",
        modes=("load", "worksteal"),
        env={"ASK_FIRST": "1"},
        needs={"pytest-rerunfailures": "11"},
    ),
]
