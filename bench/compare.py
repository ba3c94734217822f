"""What one run of a suite reported, as facts that can be compared with those of another run."""
import json
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict

# What is another in every run, or in every process.
_CHANGING = [
    (re.compile(r"0x[0-9a-f]{6,}"), "0x…"),
    (re.compile(r"pytest-of-\w+/pytest-\d+(/popen-gw\d+)?"), "pytest-of-…"),
    (re.compile(r"/tmp/\w+"), "/tmp/…"),
    (re.compile(r"\b(pid|PID)[ =:]*\d+"), "pid …"),
]


def _settled(text):
    """`text` without what is another in every run."""
    for pattern, stand_in in _CHANGING if text else ():
        text = pattern.sub(stand_in, text)
    return text


class Report:
    """One run.

    facts: {key: value}; a key is a tuple whose first member is exit, collected, report, text, warning, junit
    or junit order.  raw: the ids that masked ones stand for.
    """

    def __init__(self, run, dump, junit, mask):
        self.run = run
        self.facts = {("exit",): run.exit}
        self.raw = {}
        self.tests = 0
        self._mask = re.compile(mask) if mask else None
        self.complete = dump.is_file() and run.exit in (0, 1)
        if dump.is_file():
            self._read(json.loads(dump.read_text()))
        if junit.is_file():
            self._read_junit(junit)

    def _id(self, nodeid):
        """An id, without what its suite makes another in every run (the time of day)."""
        if not self._mask:
            return nodeid
        masked = self._mask.sub("…", nodeid)
        self.raw[masked] = nodeid
        return masked

    def _read(self, dump):
        ids = [self._id(i) for i in dump["collected"]]
        self.tests = len(ids)
        self.facts["collected",] = ids
        self.facts["exit",] = (self.run.exit, dump["exit"])
        outcomes, texts = defaultdict(list), defaultdict(list)
        for r in dump["reports"]:
            key = self._id(r["id"]), r["when"]
            outcomes[key].append([r["outcome"], r["wasxfail"]])
            texts[key].append([_settled(r["reason"]), r["sections"], _settled(r["properties"])])
        self.facts.update({("report", *key): value for key, value in outcomes.items()})
        self.facts.update({("text", *key): value for key, value in texts.items()})
        for w in dump["warnings"]:
            key = "warning", w["category"], _settled(w["message"]), w["file"], w["line"]
            self.facts[key] = self.facts.get(key, 0) + 1

    def _read_junit(self, junit):
        cases = defaultdict(Counter)
        order = []
        for case in ElementTree.parse(junit).iter("testcase"):
            name = case.get("classname", ""), self._id(case.get("name", ""))
            order.append(name)
            cases[name][" ".join(sorted(child.tag for child in case)) or "passed"] += 1
        self.facts["junit order",] = order
        self.facts.update({("junit", *name): dict(counts) for name, counts in cases.items()})


def test_of(key):
    """Id of the test that a key is about, or None."""
    return key[1] if key[0] in ("report", "text") else None


def differing(one, other):
    """The keys whose values differ, in the order of `one`."""
    keys = [*one.facts, *(key for key in other.facts if key not in one.facts)]
    return [key for key in keys if one.facts.get(key) != other.facts.get(key)]
