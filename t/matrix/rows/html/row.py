"""pytest-html: the report's contents, its extras, and the hooks that change it."""
import html.parser
import json
import os
import re

from matrix import Case, text

DISTRIBUTIONS = {"pytest-html": "html", "pytest-metadata": "metadata"}


class Page(html.parser.HTMLParser):
    """What a report says: its data, and the words of the page but for those of scripts and styles."""

    def __init__(self, path):
        super().__init__()
        self.data = None
        self.words = []
        self._inside = None
        self.feed(text(path))

    def handle_starttag(self, tag, attrs):
        self._inside = tag
        if "data-jsonblob" in dict(attrs):
            self.data = json.loads(dict(attrs)["data-jsonblob"])

    def handle_data(self, data):
        if self._inside not in ("script", "style") and data.strip():
            self.words.append(data.strip())


def report(path):
    """As data, but for addresses, and the line that names the worker of a failure, as xdist's does."""
    page = Page(path)
    data = page.data
    for tests in data["tests"].values():
        for test in tests:
            test["log"] = re.sub(r"^\[gw\d+\] .*\n|0x[0-9a-f]{6,}", "", test["log"], flags=re.M).strip()
    # "14 tests took 31 ms.", "Report generated on ..."
    data["page"] = [re.sub(r"took .*|\d\d-\w+-\d{4} at [\d:]+", "", word) for word in page.words]
    return data


def assets(path):
    """{file: bytes}"""
    found = {}
    for name in sorted(os.listdir(path)):
        with open(os.path.join(path, name), "rb") as f:
            found[name] = f.read()
    return found


def rich(peer, prun):
    """Is there what was to be compared?"""
    data = report(prun.path("report.html"))
    if len(data["tests"]) != 24 or data["environment"]["SECRET_KEY"] == "hidden" or data["title"] != "Orders":
        yield f"prun's report has {len(data['tests'])} tests, {data['environment']}, {data['title']!r}"


def crash_is_there(peer, prun):
    """In one process it ends the run, and there is no report; xdist's leaves the test out."""
    tests = report(prun.path("report.html"))["tests"]
    shown = [(test, [re.search(r'col-result">(\w+)', str(t["resultsTableRow"])).group(1) for t in tests[test]]) for test in tests]
    if sorted(shown) != [("crash.py::test_crashes", ["Failed"]), ("crash.py::test_other", ["Passed"])]:
        yield f"prun's report shows {shown}"
    elif "exited with status 3" not in tests["crash.py::test_crashes"][0]["log"]:
        yield f"prun's report says {tests['crash.py::test_crashes'][0]['log']!r}"


PAGE = {"report.html": report}
HTML = ("--html=report.html", "test_report.py", "-oenvironment_table_redact_list=SECRET.*")
CASES = [
    Case("--html", HTML, {**PAGE, "assets": assets}, rich),
    Case("--self-contained-html", (*HTML, "--self-contained-html", "--css=own.css"), PAGE, rich),
    Case("ini: generate_report_on_test", (*HTML, "-ogenerate_report_on_test=true"), PAGE, rich, modes=("load",)),
    Case("ini: render_collapsed, initial_sort", (*HTML, "-orender_collapsed=all", "-oinitial_sort=original"), PAGE, modes=("load",)),
    Case("a file that cannot be collected", (*HTML, "broken.py"), PAGE, modes=("load",)),
    Case("--continue-on-collection-errors", (*HTML, "broken.py", "--continue-on-collection-errors"), PAGE, modes=("load",)),
    Case("-x", ("--html=report.html", "test_report.py", "-x", "-k", "test_fails"), PAGE, modes=("load",)),
    Case("a crash", ("--html=report.html", "crash.py"), check=crash_is_there, outcomes=False, modes=("load",)),
    Case("in a folder that is not there", ("--html=out/deep/report.html", "test_report.py"), {"out/deep/report.html": report}, modes=("load",)),
]
