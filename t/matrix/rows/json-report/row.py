"""pytest-json-report: the whole report as data, metadata of tests, streams and logs."""
import re

from matrix import Case, Note, json_data, without

DISTRIBUTIONS = {"pytest-json-report": "pytest_jsonreport", "pytest-metadata": "metadata"}

TIMES = ("duration", "created", "msecs", "relativeCreated", "process", "thread")


def whole(path):
    return without(json_data(path), *TIMES)


def report(path):
    """Without what the NOTES say."""
    data = whole(path)
    for test in data.get("tests", ()):
        for phase in test.values():
            if isinstance(phase, dict) and "longrepr" in phase:
                text = re.sub(r"^\[gw\d+\] .*\n?|0x[0-9a-f]{6,}", "", phase.pop("longrepr"))
                phase.update({"longrepr": text.strip()} if text else {})
    data.get("tests", []).sort(key=lambda test: test["nodeid"])
    data.get("warnings", []).sort(key=lambda w: (w["filename"], w["lineno"], w["message"]))
    return data


def rich(peer, prun):
    data = report(prun.path(".report.json"))
    tests = {test["nodeid"].partition("::")[2]: test for test in data["tests"]}
    there = (
        tests["test_metadata"]["metadata"] == {"tuple": [1, {"deep": None}], "text": "ü"},
        tests["test_metadata_from_the_hook"]["metadata"] == {"own": 1, "from the hook": "test_metadata_from_the_hook"},
        tests["test_passes"]["call"]["stdout"] == "on standard output\n",
        tests["test_passes"]["teardown"]["stderr"] == "in teardown\n",
        tests["test_passes"]["call"]["log"][0]["order"] == {"id": 7},
        data["summary"]["deselected"] == 1,
        data["shop"] == "open",
        any("careful" in w["message"] for w in data["warnings"]),
    )
    if not all(there):
        yield f"prun's report lacks something: {there}"


JSON = ("--json-report", "test_json.py")
FILE = {".report.json": report}
CASES = [
    Case("--json-report", JSON, FILE, rich),
    Case("--json-report-summary", (*JSON, "--json-report-summary"), FILE),
    Case("--json-report-omit", (*JSON, "--json-report-omit", "log", "streams", "collectors", "keywords"), FILE),
    Case(
        "--json-report-file, -indent",
        (*JSON, "--json-report-file=out/r.json", "--json-report-indent=2"),
        {"out/r.json": report},
        modes=("load",),
    ),
    Case("--tb=no", (*JSON, "--tb=no"), FILE, modes=("load",)),
    Case("-x", (*JSON, "-x", "-k", "test_fails"), FILE, modes=("load",)),
    Case("a file that cannot be collected", (*JSON, "broken.py"), FILE, modes=("load",)),
    Case("order of tests, longrepr", JSON, {".report.json": whole}, modes=("load",)),
]
NOTES = {
    "order of tests, longrepr": Note(
        "As with pytest-xdist, the report lists tests as they ended, not as they were "
        "collected, and each `longrepr` begins with the worker (`[gw0] linux -- Python ...`), that of a passed phase too. "
        "Sort by `nodeid`, and go by `outcome`; or use --junitxml, which has neither.",
    ),
}
