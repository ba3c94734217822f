"""pytest-timeout: both methods, limits by option, ini, environment and mark, and for the session."""
from matrix import Case

DISTRIBUTIONS = {"pytest-timeout": "pytest_timeout"}
DEBIAN = ["python3-pytest-timeout"]


def one_test_only(peer, prun):
    """In one process the run is over; with workers one test is."""
    if peer.status != 1 or peer.record.finished:
        yield f"serial: exit status {peer.status}, and the run got to its end"
    failed = {r["id"] for r in prun.record.reports if r["outcome"] == "failed"}
    passed = {r["id"] for r in prun.record.reports if r["when"] == "call" and r["outcome"] == "passed"}
    if prun.status != 1 or failed != {"test_thread.py::test_hangs", "test_thread.py::test_fails"} or len(passed) != 5:
        yield f"prun: exit status {prun.status}, failed {sorted(failed)}, passed {sorted(passed)}"
    (_, _, shown) = prun.output.partition("_ test_hangs _")
    for run, text in ((peer, peer.output), (prun, shown)):
        for words in ("+ Timeout +", "Stack of MainThread", "time.sleep(60)", "about to hang", "on standard error"):
            if words not in text:
                yield f"{run.side} does not show {words!r}"


def same_counts(peer, prun):
    """xdist's report of a crash has another text and another phase."""
    ends = [run.output.splitlines()[-1].partition(" in ")[0].strip("= ") for run in (peer, prun)]
    if ends[0] != ends[1] or peer.status != prun.status or "2 failed, 5 passed" not in ends[0]:
        yield f"{peer.side} {peer.status} {ends[0]}, prun {prun.status} {ends[1]}"


def session_ended(peer, prun):
    for run in (peer, prun):
        ran = {r["id"] for r in run.record.reports}
        if run.status != 1 or "session-timeout: 0.5 sec exceeded" not in run.output or not 0 < len(ran) < 40:
            yield f"{run.side}: exit status {run.status} after {len(ran)} tests"


HANGS = "test_hangs.py"
CASES = [
    Case("--timeout", ("--timeout=0.3", HANGS)),
    Case("ini: timeout", ("-otimeout=0.3", HANGS), modes=("load",)),
    Case("PYTEST_TIMEOUT", (HANGS,), env={"PYTEST_TIMEOUT": "0.3"}, modes=("load",)),
    Case("ini: timeout_func_only", ("--timeout=0.2", "-otimeout_func_only=true", "test_func_only.py")),
    Case("mark: func_only", ("--timeout=0.3", "test_func_only.py")),
    # The thread method ends the process.
    Case("--timeout-method=thread costs one test", ("test_thread.py",), check=one_test_only, outcomes=False),
    Case("thread method, as with xdist", ("test_thread.py",), check=same_counts, outcomes=False, against="xdist", modes=("load",)),
    # How many tests a session of half a second has time for differs.
    Case(
        "--session-timeout",
        ("--session-timeout=0.5", "test_session.py"),
        check=session_ended,
        outcomes=False,
        needs={"pytest-timeout": "2.3"},
    ),
]
