"""``--report-trace``: the trace-event format, which Perfetto and Chrome show: a thread for each worker."""
import json

from prun import report
from prun.report.attempt import end_of

_PID = 1


def _us(when):
    return round(when * 1e6)


def _named(kind, name, **more):
    return {"ph": "M", "pid": _PID, "name": kind, "args": {"name": name}, **more}


def _span(name, category, start, duration, thread, **args):
    return {
        "ph": "X", "pid": _PID, "tid": thread, "name": name, "cat": category, "ts": _us(start), "dur": _us(duration),
        **({"args": args} if args else {}),
    }


def _test(test, thread):
    phases = test["phases"]
    if not phases:
        return
    args = {"outcome": test["outcome"], "attempt": test["attempt"]}
    yield _span(test["id"], test["outcome"], test["start"], end_of(test) - test["start"], thread, **args)
    for phase in phases:
        yield _span(phase["when"], phase["when"], phase["start"], phase["duration"], thread)


def events(story):
    threads = {report.MAIN: 0}
    for name in story.workers:
        threads[name] = len(threads)
    yield _named("process_name", "prun")
    for name, thread in threads.items():
        yield _named("thread_name", name, tid=thread)
        yield {"ph": "M", "pid": _PID, "name": "thread_sort_index", "tid": thread, "args": {"sort_index": thread}}
    if "time" in story.collected:
        took = story.collected["seconds"]
        yield _span("collection", "collection", story.collected["time"] - took, took, 0)
    for name, lane in story.workers.items():
        if lane["error"]:
            yield {"ph": "i", "s": "t", "pid": _PID, "tid": threads[name], "ts": _us(lane["down"]), "name": lane["error"]}
    for test in story.tests:
        yield from _test(test, threads.get(test["worker"], 0))


def render(story):
    lines = ",\n".join(json.dumps(event, separators=(",", ":"), allow_nan=False) for event in events(story))
    return f'{{"displayTimeUnit":"ms","traceEvents":[\n{lines}\n]}}\n'
