"""Look at what --report-jsonl has written: reported.py FILE lines|sound|outcomes|fixtures|get NAME MEMBER"""
import collections
import json
import math
import sys


def nonsense(word):
    raise ValueError(f"{word} is not JSON")


def read(path):
    with open(path, encoding="ascii", newline="\n") as f:
        text = f.read()
    assert text.endswith("\n"), "the last line has no end"
    return [json.loads(line, parse_constant=nonsense) for line in text[:-1].split("\n")]


def sound(events):
    """A run from beginning to end, whose tests begin and end where they should."""
    kinds = [event["event"] for event in events]
    assert kinds[0] == "run_start" and kinds.count("run_start") == 1, kinds
    assert kinds[-1] == "run_end" and kinds.count("run_end") == 1, kinds
    assert events[0]["version"] == 1
    assert kinds.count("collected") == 1
    times = [event["time"] for event in events]
    assert times == sorted(times), "time goes back"
    up, running = set(), {}
    ids = set(events[kinds.index("collected")]["ids"])
    for event in events:
        kind = event["event"]
        if kind == "worker_up":
            up.add(event["worker"])
        elif kind == "worker_down":
            up.remove(event["worker"])
        elif kind == "test_start":
            assert event["worker"] in up or event["worker"] == "main", event
            assert event["id"] in ids, event
            running[event["worker"], event["id"]] = event["attempt"]
        elif kind == "test_end":
            assert running.pop((event["worker"], event["id"])) == event["attempt"], event
            whole(event, events[0]["time"])
    assert not up and not running, (up, running)
    ends = collections.Counter(event["outcome"] for event in events if event["event"] == "test_end")
    ends.update("error" for event in events if event["event"] == "not_collected")
    assert ends == collections.Counter(events[-1]["counts"]), (ends, events[-1])


def whole(test, begun):
    phases = test["phases"]
    assert math.isclose(test["duration"], sum(p["duration"] for p in phases), abs_tol=1e-5), test
    assert bool(phases) or test["outcome"] == "interrupted", test
    for phase in phases:
        assert phase["start"] > begun and phase["duration"] >= 0, test
        if phase["outcome"] == "failed":
            assert phase["text"], test
    if phases:
        assert phases[0]["when"] == "setup" or test["outcome"] in ("failed", "rerun"), test
        assert phases[0]["start"] == test["start"], test


def main(path, what, *more):
    events = read(path)
    tests = [event for event in events if event["event"] == "test_end"]
    if what == "sound":
        sound(events)
    elif what == "outcomes":
        print(*(f"{word} {n}" for word, n in sorted(collections.Counter(t["outcome"] for t in tests).items())))
    elif what == "fixtures":
        print(*sorted(f"{f['name']} {f['scope']}" for t in tests for f in t.get("fixtures", ())), sep="\n")
    elif what == "get":
        name, member = more
        print(json.dumps(*(t.get(member) for t in tests if t["id"].endswith("::" + name))))


main(*sys.argv[1:])
