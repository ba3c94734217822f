"""VS Code: what its plugin vscode_pytest tells the editor over a pipe, for discovering and running tests."""
import collections
import contextlib
import json
import os
import re

from matrix import Case, Missing

# The plugin is part of the extension, at python_files/vscode_pytest, and on no index.
DISTRIBUTIONS = {"pytest": None, "pytest-cov": "pytest_cov"}
DEBIAN = ["python3-pytest-cov"]
WHERE = "PRUN_VSCODE_PYTEST"


@contextlib.contextmanager
def services(env):
    folder = os.environ.get(WHERE, "")
    if not os.path.isfile(os.path.join(folder, "vscode_pytest", "__init__.py")):
        raise Missing(f"{WHERE} does not name the folder python_files of VS Code's Python extension")
    env["PYTHONPATH"] = os.path.abspath(folder)
    env["TEST_RUN_PIPE"] = "pipe"  # conftest.py makes it and reads it
    yield


def messages(run):
    """The payloads, in the order in which the editor would get them."""
    with open(run.path("messages"), "rb") as f:
        data = f.read()
    found = []
    while data:
        head, _, data = data.partition(b"\r\n\r\n")
        length = int(re.fullmatch(rb"content-length: (\d+)\r\ncontent-type: application/json", head).group(1))
        found.append(json.loads(data[:length])["params"])
        data = data[length:]
    return found


def tests(node):
    """The ids of the tests below a node of the discovered tree, and of the nodes above."""
    yield node["id_"]
    for child in node.get("children", ()):
        yield from tests(child)


def plain(text):
    return text and re.sub(r"0x[0-9a-f]{6,}|^\[gw\d+\].*\n", "", text, flags=re.M)


def results(run, foreign):
    """{test: [how it ended, as the editor is told]}; foreign: also ids that no file has, which the editor knows not."""
    found = collections.defaultdict(list)
    for said in messages(run):
        for test, told in (said.get("result") or {}).items():
            if "outcome" in told and (foreign or ".py::" in test):
                found[test].append((said["status"], said["cwd"], told["outcome"], plain(told["message"]), plain(told["traceback"])))
    return found


def coverage(run):
    """{file: lines and branches}, of the last payload that has any."""
    found = {}
    for said in messages(run):
        if said.get("coverage"):
            found = said["result"]
    return {name: {**told, "lines_covered": sorted(told["lines_covered"]), "lines_missed": sorted(told["lines_missed"])} for name, told in found.items()}


def apart(peer, prun, theirs, ours):
    for key in sorted(theirs.keys() | ours.keys()):
        if theirs.get(key) != ours.get(key):
            yield f"{key}: {peer.side} {theirs.get(key)}, prun {ours.get(key)}"


def same_results(peer, prun):
    """A worker and the master each say it, as with xdist, but only the worker knows the file."""
    foreign = peer.side == "xdist"
    theirs, ours = results(peer, foreign), results(prun, foreign)
    yield from apart(peer, prun, {k: sorted(v, key=str) for k, v in theirs.items()}, {k: sorted(v, key=str) for k, v in ours.items()})
    if not any(said for said in theirs.values()):
        yield f"{peer.side} said only {theirs}"
    yield from same_errors(peer, prun)


def same_errors(peer, prun):
    theirs, ours = ([(said["status"], said["error"]) for said in messages(run) if said.get("error")] for run in (peer, prun))
    if theirs != ours:
        yield f"errors: {peer.side} {theirs}, prun {ours}"


def same_tree(peer, prun):
    theirs, ours = messages(peer), messages(prun)
    if theirs != ours:
        yield f"{peer.side} {theirs}, prun {ours}"
    if not theirs or len(list(tests(theirs[-1]["tests"]))) < 10 and not theirs[-1]["error"]:
        yield f"{peer.side} found too little: {theirs}"


def same_coverage(peer, prun):
    yield from same_results(peer, prun)
    theirs, ours = coverage(peer), coverage(prun)
    yield from apart(peer, prun, theirs, ours)
    if not any(name.endswith("covered.py") for name in theirs):
        yield f"{peer.side} covers {sorted(theirs)}"


PLUGIN = ("-p", "vscode_pytest")
GOOD = ("--ignore=broken", "--ignore=covered")
FAST = ("load", "loadscope", "worksteal")
CASES = [
    Case("discovery", (*PLUGIN, "--collect-only", *GOOD), check=same_tree, modes=("load",)),
    Case("discovery with an error", (*PLUGIN, "--collect-only"), check=same_tree, modes=("load",)),
    Case("running all", (*PLUGIN, *GOOD), check=same_results, modes=FAST),
    Case("running all, as with xdist", (*PLUGIN, *GOOD), check=same_results, against="xdist", modes=FAST),
    Case("running some", (*PLUGIN, "test_all.py::TestClass", "test_all.py::test_fails", "sub/test_sub.py::test_n[1]"), check=same_results, modes=("load",)),
    Case("-n auto runs one test without workers", (*PLUGIN, "-nauto", "test_all.py::test_three"), check=same_results, against="xdist", modes=("load",)),
    Case("an error in collecting", (*PLUGIN, "broken", "test_all.py"), check=same_errors, modes=("load",)),
    Case("-x", (*PLUGIN, *GOOD, "-x", "-k", "passes or fails"), check=same_errors, outcomes=False, modes=("load",)),
    Case(
        "running with coverage",
        (*PLUGIN, "covered", "--cov=.", "--cov-branch"),
        check=same_coverage,
        modes=("load",),
        env={"COVERAGE_ENABLED": "True"},
    ),
]
