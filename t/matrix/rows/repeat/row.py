"""pytest-repeat: --count, repeat marks and the scope in which they repeat."""
from matrix import Case, in_order

DISTRIBUTIONS = {"pytest-repeat": "pytest_repeat"}
DEBIAN = ["python3-pytest-repeat"]


def same_failure(peer, prun):
    """Which of the others still ran depends on who was how far."""
    theirs, ours = ([r["id"] for r in run.record.reports if r["outcome"] == "failed"] for run in (peer, prun))
    if theirs != ours or peer.status != prun.status or not theirs:
        yield f"{peer.side} {theirs}, exit status {peer.status}; prun {ours}, exit status {prun.status}"


ALL = ("load", "loadscope", "loadfile", "loadgroup", "worksteal")
CASES = [
    Case("--count", ("--count=4",), check=in_order, modes=ALL),
    *(
        Case(f"--repeat-scope={scope}", ("--count=3", f"--repeat-scope={scope}"), check=in_order)
        for scope in ("class", "module", "session")
    ),
    Case("repeat marks only", check=in_order),
    Case("--count with -x", ("--count=4", "-x", "-k", "test_third_time"), check=same_failure, modes=("load",), outcomes=False),
]
