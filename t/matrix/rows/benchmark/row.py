"""pytest-benchmark: switched off with workers, as under xdist, and all of it without."""
import os
import re

from matrix import Case, json_data, without

DISTRIBUTIONS = {"pytest-benchmark": "pytest_benchmark.plugin"}
DEBIAN = ["python3-pytest-benchmark"]
WITH_XDIST = True  # for -n 0

WARNING = "Benchmarks are automatically disabled because xdist plugin is active"


def warned(run):
    return WARNING in re.sub(r"\s+", " ", run.output)


def switched_off(peer, prun):
    for run in (peer, prun):
        if not warned(run):
            yield f"{run.side} does not say that benchmarks are off"
    # Release 3 makes the file first thing; xdist's workers do measure there, and write it one over the other.
    saved_to = prun.path("out.json")
    if os.path.exists(saved_to) and os.path.getsize(saved_to):
        yield "prun saved what it has not measured"


def same_warning(peer, prun):
    if warned(peer) != warned(prun):
        yield f"says that benchmarks are off: {peer.side} {warned(peer)}, prun {warned(prun)}"


def refused(peer, prun):
    for run in (peer, prun):
        if run.status != 4 or "Can't have both --benchmark-only and --benchmark-disable" not in run.output:
            yield f"{run.side}: exit status {run.status}, {run.output}"


def table(peer, prun):
    """The names in the table of results."""
    names = [sorted(re.findall(r"^(test_[\w\[\]]+) +[\d,]+\.\d", run.output, re.M)) for run in (peer, prun)]
    if names[0] != names[1] or len(names[0]) < 9:
        yield f"table: {peer.side} {names[0]}, prun {names[1]}"


def saved(path):
    """What was measured, not how long it took."""
    data = without(json_data(path), "datetime", "stats", "commit_info", "cpu")
    data["measured"] = [sorted(b["stats"]) for b in json_data(path)["benchmarks"]]
    return data


def storage(path):
    """The saved runs, whatever the machine is called."""
    return [saved(os.path.join(folder, name)) for folder, _, names in os.walk(path) for name in sorted(names)]


FAST = ("--benchmark-min-rounds=2", "--benchmark-max-time=0.01", "--benchmark-calibration-precision=1")
SAVING = (*FAST, "--benchmark-json=out.json")
CASES = [
    # Serial pytest measures.
    Case("-n: benchmarks run once and are not measured", SAVING, check=switched_off, against="xdist"),
    Case("--benchmark-only", (*FAST, "--benchmark-only"), check=refused, outcomes=False, against="xdist", modes=("load",)),
    Case("--benchmark-enable", (*FAST, "--benchmark-enable"), check=same_warning, against="xdist", modes=("load",)),
    Case("--benchmark-skip", (*FAST, "--benchmark-skip"), check=same_warning),
    Case("--benchmark-disable", (*FAST, "--benchmark-disable"), check=same_warning),
    Case(
        "-n 0: measured",
        ("-n0", "--dist=no", *SAVING),
        {"out.json": saved},
        table,
        modes=("load",),
        needs={"pytest-xdist": "2"},
    ),
    Case(
        "-n 0: --benchmark-only, --benchmark-autosave",
        ("-n0", "--dist=no", *FAST, "--benchmark-only", "--benchmark-save=one", "--benchmark-storage=saved"),
        {"saved": storage},
        table,
        modes=("load",),
        needs={"pytest-xdist": "2"},
    ),
]
