"""A pytest plugin: write to the file $BENCH_SPANS when each test began and ended, {id: [begin, end]} in seconds.

Where there are workers, only the process that gets their reports writes.  Needs reports that know when they
began (pytest 7.3).
"""
import json
import os

_spans = {}


def pytest_runtest_logreport(report):
    if not hasattr(report, "start"):
        return
    begin, end = _spans.get(report.nodeid, (report.start, report.stop))
    _spans[report.nodeid] = min(begin, report.start), max(end, report.stop)


def pytest_sessionfinish(session):
    if _spans and not hasattr(session.config, "workerinput"):
        with open(os.environ["BENCH_SPANS"], "w", encoding="utf-8") as file:
            json.dump(_spans, file)
