"""prun.report: what is made of reports, and how names and output are written in each format."""
import json
import math
import types
from html.parser import HTMLParser

import pytest
from prun.report import attempt, files, github, html, jsonl, story, tap

NASTY = ("</script>", "<!--", "a\nb", "\x00\x1b[1m", "\ud800", "# TODO", "\\", "%0A,:", "ü☃", "")


# ---- reports ----


@pytest.mark.parametrize(
    "categories, word",
    [
        (["", "passed", ""], "passed"), (["", "failed", ""], "failed"), (["error", ""], "error"),
        (["", "passed", "error"], "error"), (["", "failed", "error"], "failed"), (["skipped", ""], "skipped"),
        (["", "rerun", ""], "rerun"), (["", "subtests passed", "passed", ""], "passed"), ([""], "interrupted"),
        ([], "interrupted"), (["", "unheard of", ""], "unheard of"),
    ],
)
def test_outcome(categories, word):
    names = ["setup", "call", "teardown"] if len(categories) > 2 else ["setup", "teardown"][: len(categories)]
    phases = [{"when": when, "outcome": "passed"} for when in names]
    assert attempt.outcome(categories, phases) == word


@pytest.mark.parametrize("value", [math.nan, math.inf, None, "x", 10**400, [], True, 1.5])
def test_no_clock_spoils_the_json(value):
    jsonl.line({"x": attempt.seconds(value)})


def report(**more):
    known = dict(longrepr=None, skipped=False, sections=[], user_properties=[])
    return types.SimpleNamespace(**{**known, **more})


def test_odd_reports():
    crash = types.SimpleNamespace(path="a.py", lineno=math.nan, message=None)
    shown = types.SimpleNamespace(reprcrash=crash, toterminal=lambda writer: writer.line("  indented"))
    said = attempt.said_by(report(longrepr=shown))
    assert said["text"] == "  indented" and said["crash_at"] == ["a.py", "nan", "None"]
    jsonl.line(said)
    assert attempt.said_by(report(skipped=True, longrepr=("f", 1, "Skipped: no")))["reason"] == "no"
    test = attempt.Attempt("a.py::x", "gw0", 1, 1.0)
    test.keep([], [("a", math.inf), ("b", {1: 2}), "odd", 3, ("c", None)])
    assert test.more["properties"] == [["a", "inf"], ["b", "{1: 2}"], ["c", None]]
    test.keep([], 3)


def test_phases_without_times_follow_each_other():
    test = attempt.Attempt("a.py::x", "gw0", 1, 5.0)
    test.passed([1.0, 0, 0, 2.0, 0, 0, 3.0, 0, 0])
    assert [phase["start"] for phase in test.phases] == [5.0, 6.0, 8.0]
    word, said = test.end()
    assert (word, said["start"], said["duration"], attempt.end_of(said)) == ("passed", 5.0, 6.0, 11.0)


# ---- formats ----


class Reader(HTMLParser):
    said = ""

    def handle_data(self, data):
        self.said += data


@pytest.mark.parametrize("text", NASTY)
def test_tap_has_one_line_for_a_name(text):
    line = tap.description(text)
    assert "\n" not in line and line.replace("\\\\", "").replace("\\#", "").count("#") == 0
    line.encode()


@pytest.mark.parametrize("text", NASTY)
def test_an_annotation_is_one_line(text):
    line = github.command("error", text or None, 1, text, text)
    assert line.startswith("::error ") and "\n" not in line and line.count("::") == 2 or "::" in text


@pytest.mark.parametrize("text", NASTY)
def test_html_shows_what_was_said(text):
    parser = Reader()
    parser.feed(html.text(text))
    parser.close()
    assert parser.said == text or not text.isprintable()
    assert "<" not in html.text(text)


@pytest.mark.parametrize("text", NASTY)
def test_data_in_a_page_is_no_markup(text):
    script = html._script({"x": text})
    assert "<" not in script and json.loads(script) == {"x": text}


def test_long_texts_lose_their_middle():
    said = html._long("a" * 60_000 + "b" * 60_000)
    assert said.startswith("aaa") and said.endswith("bbb") and "20000 characters are left out" in said


# ---- the story ----


def end(nodeid, outcome, worker="gw0"):
    return {"event": "test_end", "id": nodeid, "worker": worker, "outcome": outcome, "phases": [], "duration": 0.0}


def told(mode, *events):
    found = story.Story()
    for event in ({"event": "run_start", "mode": mode}, *events):
        found.event(event)
    return found


def test_attempts():
    found = told("load", end("x", "rerun"), end("y", "passed"), end("x", "passed", "gw1"))
    assert {key: [t["outcome"] for t in tests] for key, tests in found.attempts().items()} == {
        ("x", None): ["rerun", "passed"], ("y", None): ["passed"],
    }
    assert [tests[0]["id"] for tests in found.flaky()] == ["x"]
    found = told("each", end("x", "failed"), end("x", "passed", "gw1"))
    assert len(found.attempts()) == 2 and not found.flaky()


# ---- files ----


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "sub" / "r"
    out = files.to("--x", str(path))
    assert not path.exists()
    path.write_text("old")
    out.write(b"new")
    assert path.read_text() == "old"
    out.close()
    assert path.read_text() == "new" and [p.name for p in path.parent.iterdir()] == ["r"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "link").symlink_to("real")
    out = files.to("--x", str(tmp_path / "link"))
    out.write(b"new")
    out.close()
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_text() == "new"
