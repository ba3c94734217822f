"""pytest-metadata: metadata from everywhere, what tests add to it, in the header and in JUnit."""
import re

from matrix import Case, json_data

DISTRIBUTIONS = {"pytest-metadata": "metadata"}


def header(peer, prun):
    """The line of -v."""
    lines = [re.findall(r"^metadata: .*", run.output, re.M) for run in (peer, prun)]
    if lines[0] != lines[1] or len(lines[0]) != 1:
        yield f"header: {peer.side} {lines[0]}, prun {lines[1]}"


def in_junit(peer, prun):
    if ("environment", "staging") not in prun.record.junit["suite"]:
        yield f"JUnit's properties are {prun.record.junit['suite']}"


OPTIONS = (
    *("--metadata", "environment", "staging", "--metadata", "removed", "x"),
    *("--metadata-from-json", '{"from json": {"deep": [1, "two"]}}', "--metadata-from-json-file=more.json"),
)
CASES = [
    Case("options, hook and fixture", (*OPTIONS, "-v", "test_metadata.py"), {"metadata-at-end.json": json_data}, header),
    Case("include_metadata_in_junit_xml", (*OPTIONS, "test_junit.py"), check=in_junit),
    Case("without it in JUnit", (*OPTIONS, "test_metadata.py"), env={"CI_COMMIT_SHA": "abc", "GITLAB_CI": "1"}, modes=("load",)),
]
