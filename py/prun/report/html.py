"""``--report-html``: the run as one page, for people, that fetches nothing.

What people read first stands in the page as it is; the timeline and the list of all tests are drawn by page.js from
the data at its end.
"""
import json
import os
import re
import time
from html import escape

from prun import report
from prun.report.attempt import end_of, phase_seconds

_SHOWN = 20  # slowest tests and fixtures
_OPEN = 3  # failures that are unfolded
_LONGEST = 100_000  # characters of one text; what is in the middle of a longer one is left out
_COLOUR = re.compile("\x1b\\[[0-9;]*[A-Za-z]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")
_WORDS = ("failed", "error", "passed", "skipped", "xfailed", "xpassed", "rerun", "interrupted")
_BAD = frozenset(("failed", "error", "rerun"))


def _asset(name):
    with open(os.path.join(report.__path__[0], name), encoding="utf-8") as f:
        return f.read()


# ---- words ----


def text(said):
    """As the page has it: terminals' colours are gone, and what cannot be shown is seen to be there."""
    said = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", _COLOUR.sub("", said.replace("\r\n", "\n")))
    return escape(said.encode("utf-8", "backslashreplace").decode())


def _long(said):
    if len(said) <= _LONGEST:
        return text(said)
    half = _LONGEST // 2
    return f"{text(said[:half])}\n\n… {len(said) - 2 * half} characters are left out …\n\n{text(said[-half:])}"


def seconds(value):
    if value >= 60:
        return f"{int(value // 60)} min {value % 60:.1f} s"
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.0f} ms" if value >= 0.01 else f"{value * 1000:.2f} ms"


def _word(word, said=None):
    return f'<span class="word {word if word in _WORDS else ""}">{text(said or word)}</span>'


def _id(nodeid):
    return f'<span class="id">{text(nodeid)}</span>'


def _table(heads, rows):
    """heads: (title, class); rows: of cells, which are HTML."""
    if not rows:
        return ""
    head = "".join(f'<th class="{kind}">{title}</th>' for title, kind in heads)
    kinds = [kind for _, kind in heads]
    body = "".join(
        "<tr>" + "".join(f'<td class="{kind}">{cell}</td>' for kind, cell in zip(kinds, row)) + "</tr>\n" for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>'


def _section(title, content, anchor=""):
    return f"<section{anchor and f' id={anchor}'}><h2>{title}</h2>\n{content}\n</section>\n" if content else ""


# ---- parts of the page ----


def _head(story):
    run, end = story.run, story.end
    counts = end["counts"]
    words = sorted(counts, key=lambda word: (_WORDS.index(word) if word in _WORDS else len(_WORDS), word))
    said = "".join(f"<span>{_word(word, f'{counts[word]} {word}')}</span>" for word in words)
    more = len(story.workers) - run["workers"]
    replaced = f", and {more} in the place of those that died" if 0 < more else ""
    asked = min(len(story.workers), run["workers"])
    workers = f"{asked}{replaced}, --dist {text(run['mode'])}" if story.workers else "none: in one process"
    facts = [
        ("Began", time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(run["time"]))),
        ("Took", f"{seconds(end['duration'])}, {seconds(story.collected['seconds'])} of it collecting"),
        ("Exit status", ": ".join([str(end["exit_status"]), *([text(end["reason"])] if end["reason"] else [])])),
        ("Workers", workers),
        ("Command", f"<code>prun {text(' '.join(run['args']))}</code>"),
        ("In", f"<code>{text(run['rootdir'])}</code>"),
        ("With", f"prun {text(run['prun'])}, pytest {text(run['pytest'])}, Python {text(run['python'])}"),
    ]
    rows = "".join(f"<dt>{name}</dt><dd>{fact}</dd>\n" for name, fact in facts)
    return f'<h1>Test run</h1>\n<div class="counts">{said or "no tests"}</div>\n<dl class="run">{rows}</dl>\n'


_TIMELINE = """<div class="bar soft"><span><span class="key"></span> call</span>
<span><span class="key hatched"></span> set-up, teardown</span> <span><span class="key failed"></span> failed</span>
<span><span class="key gap"></span> idle</span> <span><span class="key collecting"></span> collecting</span>
<button id="in" type="button">Zoom in</button><button id="out" type="button">Zoom out</button>
<button id="all" type="button">All</button>
<span>drag to zoom · <kbd>←</kbd><kbd>→</kbd> next test · <kbd>↑</kbd><kbd>↓</kbd> other worker · <kbd>+</kbd><kbd>−</kbd><kbd>0</kbd> zoom
· <kbd>Enter</kbd> its failure</span></div>
<div id="lanes"><canvas id="timeline" tabindex="0" role="application" aria-label="Timeline of the tests on each worker; the arrow keys go from test to test" aria-describedby="said"></canvas></div>
<p id="said" role="status"></p>
<noscript><p>The timeline and the list of all tests need scripts.</p></noscript>"""

_TESTS = """<div class="bar"><input id="find" type="search" placeholder="part of the name" aria-label="Filter by name" aria-keyshortcuts="/">
<kbd>/</kbd><span id="outcomes" class="bar"></span><span id="matching" class="soft" role="status"></span></div>
<div class="scroll"><table id="tests"><thead><tr><th><button type="button" data-by="2">Outcome</button></th>
<th class="wide"><button type="button" data-by="0">Test</button></th><th><button type="button" data-by="1">Worker</button></th>
<th class="number"><button type="button" data-by="3" aria-sort="ascending">Start, s</button></th>
<th class="number"><button type="button" data-by="7">Duration</button></th></tr></thead><tbody></tbody></table></div>
<p><button id="more" type="button" hidden></button></p>"""


def _parts(test):
    """(title, text) of what there is to read about a test."""
    for phase in test["phases"]:
        if "text" in phase:
            yield f"{phase['when']}: {phase['outcome']}", phase["text"]
    yield from test.get("sections", ())


def _message(test):
    for phase in test["phases"]:
        if "text" in phase:
            return (phase["crash_at"][2] if "crash_at" in phase else phase["text"]).partition("\n")[0]
    return ""


def _failure(test, anchor, unfolded):
    parts = "".join(f"<h3>{text(title)}</h3><pre>{_long(said)}</pre>" for title, said in _parts(test))
    again = f", attempt {test['attempt']}" if test["attempt"] > 1 else ""
    return (
        f'<details class="failure {test["outcome"]}" id="{anchor}"{" open" if unfolded else ""}><summary>'
        f'{_word(test["outcome"])} {_id(test["id"])} <span class="soft">{text(test["worker"])}, {seconds(test["duration"])}{again}</span>'
        f'<span class="message">{text(_message(test))}</span></summary><div>{parts}</div></details>\n'
    )


def _failures(story, anchors):
    """The tests that failed, then what could not be collected and what went wrong besides."""
    failed = [
        test
        for tests in story.attempts().values()
        if tests[-1]["outcome"] != "passed"
        for test in tests
        if test["outcome"] in _BAD
    ]
    said = [_failure(test, anchors[id(test)], i < _OPEN) for i, test in enumerate(failed)]
    for event in [e for e in story.not_collected if e["outcome"] == "failed"] + story.errors:
        title = _id(event["id"]) if "id" in event else "internal error"
        said.append(
            f'<details class="failure error" open><summary>{_word("error")} {title}</summary>'
            f"<div><pre>{_long(event['text'])}</pre></div></details>\n"
        )
    fold = '<p><button id="unfold" type="button">Unfold or fold all</button></p>\n' if len(said) > 1 else ""
    return fold + "".join(said) if said else ""


def _flaky(story, anchors):
    said = []
    for tests in story.flaky():
        said += [_failure(test, anchors[id(test)], False) for test in tests if test["outcome"] in _BAD]
    return f'<p class="soft">They failed, were run again, and passed.</p>\n{"".join(said)}' if said else ""


def _slowest(story):
    tests = sorted(story.tests, key=lambda test: -test["duration"])[:_SHOWN]
    heads = [("Duration", "number"), ("Set-up", "number"), ("Call", "number"), ("Teardown", "number"), ("Test", "wide"), ("Worker", "")]
    return _table(
        heads,
        [
            [seconds(test["duration"]), *(seconds(phase_seconds(test, when)) for when in ("setup", "call", "teardown"))]
            + [_id(test["id"]), text(test["worker"])]
            for test in tests
        ],
    )


def _fixtures(story):
    heads = [("In all", "number"), ("Times", "number"), ("Longest", "number"), ("Fixture", "wide"), ("Scope", "")]
    return _table(
        heads,
        [
            [seconds(total), str(times), seconds(longest), f'{_id(name)} <span class="soft">{text(where)}</span>', text(scope)]
            for (name, scope, where), (total, times, longest) in story.fixtures()[:_SHOWN]
        ],
    )


def _workers(story, lanes):
    rows = []
    for name, (up, down, error) in lanes.items():
        tests = [test for test in story.tests if test["worker"] == name]
        busy = sum(test["duration"] for test in tests)
        share = min(1.0, busy / (down - up)) if down > up else 0.0
        state = text(error) if error else ""
        bar = f'<span class="share"><i style="width:{share:.0%}"></i></span> {share:.0%}'
        rows.append([text(name), str(len(tests)), seconds(busy), bar, seconds(sum(phase_seconds(t, "setup") for t in tests)), state])
    heads = [("Worker", ""), ("Tests", "number"), ("Busy", "number"), ("Share of its time", "number"), ("Set-ups", "number"), ("Ended", "wide")]
    return _table(heads, rows)


def _warnings(story):
    heads = [("Warning", ""), ("Where", "where"), ("", "wide")]
    rows = [
        [text(w["category"]), _id(w["id"] or f"{w['file']}:{w['line']}"), text(w["message"])] for w in story.warnings[:100]
    ]
    return _table(heads, rows)


# ---- what page.js reads ----


def _lanes(story):
    """{worker: (up, down, error)}, seconds since 1970.

    A worker that did not die could have worked until all were done: it is idle until then.
    """
    over = max([end_of(test) for test in story.tests], default=story.end["time"])
    lanes = {}
    for name, lane in story.workers.items():
        up = lane["up"] or story.run["time"]
        lanes[name] = up, (lane["down"] if lane["error"] else None) or max(up, over), lane["error"]
    if any(test["worker"] not in lanes for test in story.tests):
        lanes[report.MAIN] = story.collected.get("time", story.run["time"]), over, None
    return lanes


def _data(story, lanes, anchors):
    begin = story.run["time"]

    def ms(when):
        return round((when - begin) * 1000, 3)

    places = {name: i for i, name in enumerate(lanes)}
    tests = []
    for test in story.tests:
        # As long as it took by the clock of its worker, and no longer: the master may have heard of it late.
        took = [round(phase_seconds(test, when) * 1000, 3) for when in ("setup", "teardown")]
        times = ms(test["start"]), ms(end_of(test)), *took, round(test["duration"] * 1000, 3)
        anchor = anchors.get(id(test), "")
        tests.append([test["id"], places.get(test["worker"], -1), test["outcome"], *times, *([anchor] if anchor else [])])
    collected = story.collected.get("time", begin)
    return {
        "span": max([ms(story.end["time"]), *(test[4] for test in tests)]),
        "collecting": [ms(collected - story.collected["seconds"]), ms(collected)],
        "workers": [{"name": name, "up": ms(up), "down": ms(down), "error": error} for name, (up, down, error) in lanes.items()],
        "tests": tests,
    }


def _script(data):
    """JSON in which no markup begins."""
    return json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def render(story):
    anchors = {id(test): f"f{i}" for i, test in enumerate(t for t in story.tests if t["outcome"] in _BAD)}
    lanes = _lanes(story)
    counts = ", ".join(f"{n} {word}" for word, n in story.end["counts"].items()) or "no tests"
    return "".join(
        (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n",
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f"<title>{text(counts)}</title>\n<style>\n{_asset('page.css')}</style>\n</head>\n<body>\n",
            _head(story),
            _section("Timeline", _TIMELINE if lanes else ""),
            _section("Failures", _failures(story, anchors), "failures"),
            _section("Flaky tests", _flaky(story, anchors), "flaky"),
            _section("Slowest tests", _slowest(story), "slowest"),
            _section("Slowest set-ups of fixtures", _fixtures(story), "fixtures"),
            _section("Workers", _workers(story, lanes), "workers"),
            _section("Warnings", _warnings(story), "warnings"),
            _section("All tests", _TESTS if story.tests else "", "all-tests"),
            f'<script type="application/json" id="data">{_script(_data(story, lanes, anchors))}</script>\n' if story.tests else "",
            f"<script>\n{_asset('page.js')}</script>\n" if story.tests else "",
            "</body>\n</html>\n",
        )
    )
