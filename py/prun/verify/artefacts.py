"""JUnit and coverage files as data that can be compared, without what differs between any two runs."""
import json
import re
import xml.etree.ElementTree as ET

_NOISE = (
    (re.compile(r"0x[0-9a-fA-F]{6,}"), "0xN"),
    (re.compile(r"\bid='\d{9,}'"), "id='N'"),  # a mock's repr
    # pytest's temporary folders: pytest-of-NAME/pytest-N, in a worker with popen-gwN below.
    (re.compile(r"pytest-of-[^/\s'\"]+/pytest-\d+(/popen-gw\d+)?"), "pytest-tmp"),
    (re.compile(r"\b\d+\.\d+ ?(s|ms|us|ns|seconds)\b"), "N s"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([.,]\d+)?"), "TIME"),
)


def plain(text):
    """Text without addresses, times and names of temporary folders."""
    for pattern, stand_in in _NOISE:
        text = pattern.sub(stand_in, text)
    return text.strip()


def _property(element):
    name = element.get("name")
    if name.startswith("hypothesis-statistics-"):
        return name, ""  # of random examples, and with times in it
    return name, plain(element.get("value") or "")


def _content(case):
    """What a testcase element says, but for how long it took."""
    said = [(k, v) for k, v in sorted(case.attrib.items()) if k not in ("time", "classname", "name")]
    for child in case:
        if child.tag == "properties":
            said += [("property", *_property(p)) for p in child]
        else:
            said.append(
                (child.tag, child.get("type"), plain(child.get("message") or ""), plain(child.text or ""))
            )
    return said


def junit(path):
    """{"suite": [properties], "cases": {"classname::name": [content, ...]}}, or None if there is no such file."""
    try:
        root = ET.parse(path).getroot()
    except (OSError, ET.ParseError):
        return None
    suites = [root] if root.tag == "testsuite" else list(root)
    found = {"suite": [], "cases": {}}
    for suite in suites:
        for child in suite:
            if child.tag == "testcase":
                key = f"{child.get('classname')}::{child.get('name')}"
                found["cases"].setdefault(key, []).append(_content(child))
            elif child.tag == "properties":
                found["suite"] += [_property(p) for p in child]
    return found


def junit_key(test):
    """The key of a test's testcase, from its id."""
    path, bracket, parameters = test.partition("[")
    names = path.split("::")
    names[0] = re.sub(r"\.py$", "", names[0].replace("/", "."))
    names[-1] += bracket + parameters
    return ".".join(names[:-1]) + "::" + names[-1]


def coverage(path):
    """{file: {"lines": [...], "branches": [...]}} of what ran, from `coverage json`; None without one."""
    try:
        with open(path, encoding="utf-8") as f:
            files = json.load(f)["files"]
    except (OSError, ValueError, KeyError):
        return None
    return {
        name: {"lines": data["executed_lines"], "branches": data.get("executed_branches", [])}
        for name, data in files.items()
    }
