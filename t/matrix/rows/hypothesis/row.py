"""hypothesis: examples, statistics, the example database, seeds, profiles, health checks and reproduce_failure."""
import base64
import os
import re
import xml.etree.ElementTree as ET

from matrix import Case, lines, same_shown

DISTRIBUTIONS = {"hypothesis": "_hypothesis_pytestplugin"}
DEBIAN = ["python3-hypothesis"]
SEED = "--hypothesis-seed=1"


def timeless(text):
    """Statistics without what takes another time in each run."""
    text = re.sub(r"- Typical runtimes: .*", "- Typical runtimes", text)
    return re.sub(r"\d+\.\d+ seconds", "N seconds", text)


def statistics(output):
    """{test: what --hypothesis-show-statistics says}"""
    _, _, rest = output.partition("Hypothesis Statistics =")
    blocks = re.split(r"^(?=\S+::\S+:$)", timeless(rest.partition("\n=")[0]), flags=re.M)[1:]
    return {block.splitlines()[0]: block.rstrip() for block in blocks}


def junit_statistics(run):
    """[(test, the same)] from the JUnit file, in its order."""
    root = ET.parse(run.path(os.pardir, "probe.xml"))
    found = [(p.get("name"), p.get("value")) for p in root.iter("property")]
    return [(name, timeless(base64.b64decode(value).decode())) for name, value in found if name.startswith("hypothesis-")]


def same_statistics(peer, prun):
    want, got = statistics(peer.output), statistics(prun.output)
    if want != got or len(want) < 5:
        yield f"statistics: {want} is {got} with prun"
    want, got = junit_statistics(peer), junit_statistics(prun)
    if want != got or len(want) < 5:
        yield f"JUnit statistics: {want} is {got} with prun"


def database(run):
    """The folders of the example database that have examples; a test's digest is their name."""
    return {name for name in os.listdir(run.path(".hypothesis", "examples")) if os.listdir(run.path(".hypothesis", "examples", name))}


def replayed(peer, prun):
    """The smallest example that failed in the run before was the first that was tried."""
    for run in (peer, prun):
        before, _, after = "\n".join(lines(run.path("tried"))).partition("again\n")
        if not before or after.splitlines()[0] != "1000":
            yield f"{run.side} tried {after.splitlines()[:3]} first"
    if database(peer) != database(prun):
        yield f"examples of {database(peer)}, with prun of {database(prun)}"


def pieces(output):
    """What is said of the example: the blob depends on nothing but the example."""
    return sorted(re.findall(r"@reproduce_failure\(.*\)|Falsifying example: .*|\w+=\S+,$", output))


def same_blobs(peer, prun):
    want, got = pieces(peer.output), pieces(prun.output)
    if want != got or not any("@reproduce_failure" in line for line in want):
        yield f"{want} is {got} with prun"


def same_profile(peer, prun):
    for run in (peer, prun):
        if "hypothesis profile 'thorough'" not in run.output:
            yield f"{run.side} does not name the profile"
    yield from same_shown(peer, prun)


# The statistics name categories of characters in an order that depends on whether a process made the table of them, or
# found it where an earlier one had left it.
STATISTICS = ("test_given.py", SEED, "--hypothesis-show-statistics")
MAKE_TABLE = ("test_given.py", "--hypothesis-profile=same", "-k", "test_method")
CASES = [
    Case("outcomes and examples", ("test_given.py", SEED), check=same_shown),
    Case("--hypothesis-show-statistics", STATISTICS, check=same_statistics, before=MAKE_TABLE),
    Case("derandomize, no database", ("test_given.py", "--hypothesis-profile=same"), check=same_shown),
    Case("a failing example is replayed", ("test_replay.py",), before=("test_replay.py",), check=replayed),
    Case("print_blob, reproduce_failure", ("test_blob.py", SEED), check=same_blobs),
    Case("--hypothesis-profile", ("test_profile.py", "-v", "--hypothesis-profile=thorough", SEED), check=same_profile),
    Case("--hypothesis-verbosity", ("test_profile.py", "-rA", "--hypothesis-verbosity=verbose", SEED), check=same_shown, modes=("load",)),
    Case("health checks", ("test_health.py", SEED), check=same_shown),
    Case("state machines", ("test_stateful.py", SEED), check=same_shown),
]
