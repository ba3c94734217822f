"""``--report-json``: one document of a run."""
import json


def render(story):
    return json.dumps(document(story), indent=1, allow_nan=False) + "\n"


def document(story):
    run, end = story.run, story.end
    return {
        "version": run["version"],
        **{name: run[name] for name in ("prun", "pytest", "python", "rootdir", "args", "mode", "run")},
        "start": run["time"],
        "duration": end["duration"],
        "exit_status": end["exit_status"],
        "reason": end["reason"],
        "counts": end["counts"],
        "collection": {
            "seconds": story.collected["seconds"],
            "tests": len(story.collected["ids"]),
            "deselected": story.deselected,
            "not_collected": [_without(event) for event in story.not_collected],
        },
        "workers": [{"name": name, **lane} for name, lane in story.workers.items()],
        "tests": [_test(tests) for tests in story.attempts().values()],
        "fixtures": [_without(event) for event in story.shared],
        "warnings": [_without(event) for event in story.warnings],
        "errors": [event["text"] for event in story.errors],
    }


def _without(event):
    return {name: value for name, value in event.items() if name not in ("event", "time")}


def _test(tests):
    """The last attempt, which counts, and those before it."""
    *earlier, last = map(_without, tests)
    return {**last, "earlier": earlier} if earlier else last
