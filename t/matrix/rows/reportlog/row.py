"""pytest-reportlog: each report and warning as a line of JSON."""
import bz2
import json
import re

from matrix import Case, lines, without

DISTRIBUTIONS = {"pytest-reportlog": "reportlog"}

# Times, and who ran it: xdist's reports say the same.
OTHER = ("duration", "start", "stop", "node", "worker_id", "testrun_uid", "item_index")


def entries(texts):
    """As data; tests that ran at the same time stand there in any order."""
    data = [without(json.loads(re.sub("0x[0-9a-f]{6,}", "", line)), *OTHER) for line in texts]
    names = ("$report_type", "nodeid", "when", "message")
    return sorted(data, key=lambda entry: [str(entry.get(name)) for name in names])


def packed(path):
    with bz2.open(path, "rt", encoding="utf-8") as f:
        return entries(f)


def plain(path):
    return entries(lines(path))


CASES = [
    Case("--report-log", ("--report-log=log.jsonl",), {"log.jsonl": plain}),
    Case("--report-log, packed", ("--report-log=log.jsonl.bz2",), {"log.jsonl.bz2": packed}, modes=("load",)),
    Case(
        "--report-log-exclude-logs-on-passed-tests",
        ("--report-log=log.jsonl", "--report-log-exclude-logs-on-passed-tests"),
        {"log.jsonl": plain},
        modes=("load",),
    ),
]
