"""pytest-repeat: --count, repeat marks and the scope in which they repeat."""
from matrix import Case, in_order

DISTRIBUTIONS = {"pytest-repeat": "pytest_repeat"}
DEBIAN = ["python3-pytest-repeat"]


def stops(peer, prun):
    """Each process ends with its first failure, and the rest does not run; which others did run is left to chance."""
    for run, processes in (peer, 1), (prun, 2):
        failed = [report["id"] for report in run.record.reports if report["outcome"] == "failed"]
        if not 1 <= len(failed) <= processes or not run.record.unreported():
            yield f"{run.side} went on after a failure: {failed}"
    if peer.status != prun.status:
        yield f"exit status: {peer.side} {peer.status}, prun {prun.status}"


ALL = ("load", "loadscope", "loadfile", "loadgroup", "worksteal")
CASES = [
    Case("--count", ("--count=4",), check=in_order, modes=ALL),
    *(
        Case(f"--repeat-scope={scope}", ("--count=3", f"--repeat-scope={scope}"), check=in_order)
        for scope in ("class", "module", "session")
    ),
    Case("repeat marks only", check=in_order),
    Case("--count with -x", ("--count=20", "-x", "-k", "from_third"), check=stops, modes=("load",), outcomes=False),
]
