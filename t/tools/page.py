"""Look at a page of --report-html without a browser: page.py FILE sound|text|counts|lanes"""
import html.parser
import json
import sys

VOID = {"meta", "input"}
FETCHES = {"src", "srcset", "action", "data", "poster", "background", "ping"}


class Page(html.parser.HTMLParser):
    """Elements that are closed in order, nothing that is fetched, and no script but two."""

    def __init__(self):
        super().__init__()
        self.open, self.said, self.scripts, self.policy = [], [], [], None
        self.anchors, self.links = set(), set()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        assert tag not in ("img", "link", "iframe", "object", "embed", "base", "form"), tag
        assert not FETCHES & attrs.keys(), (tag, attrs)
        assert not any(name.startswith("on") for name in attrs), (tag, attrs)
        assert attrs.get("href", "#").startswith("#"), attrs
        self.policy = self.policy or attrs.get("content") if attrs.get("http-equiv") == "Content-Security-Policy" else self.policy
        if "id" in attrs:
            assert attrs["id"] not in self.anchors, attrs["id"]
            self.anchors.add(attrs["id"])
        if tag == "script":
            self.scripts.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data
        elif self.open and self.open[-1] != "style":
            self.said.append(data)


def main(path, what):
    with open(path, encoding="utf-8", newline="") as f:
        text = f.read()
    page = Page()
    page.feed(text)
    page.close()
    assert not page.open, page.open
    assert len(page.scripts) in (0, 2), len(page.scripts)
    assert "default-src 'none'" in page.policy, page.policy
    assert not {c for c in text if ord(c) < 32 and c not in "\n\t"}, "control characters"
    data = json.loads(page.scripts[0]) if page.scripts else {"tests": [], "workers": []}
    assert {t[8] for t in data["tests"] if len(t) > 8} <= page.anchors
    for test in data["tests"]:
        assert 0 <= test[3] <= test[4] <= data["span"], test
    if what == "text":
        print("".join(page.said))
    elif what == "counts":
        print(len(data["tests"]), *sorted({t[2] for t in data["tests"]}))
    elif what == "lanes":
        print(*(worker["name"] for worker in data["workers"]))


main(*sys.argv[1:])
