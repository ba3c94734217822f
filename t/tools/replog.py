"""pytest plugin: what reporters are told in the master, one repr() a line in the file $REPLOG.

Sorted by test, so that two runs in different order compare equal; without times and addresses.
"""
import os
import re

# What a worker adds, and what pytest itself leaves behind when it makes a report from its serialised form.
OF_WORKERS = ("node", "worker_id", "item_index", "testrun_uid", "$report_type", "_report_type", "_subtest.context")
lines = []
config = None


def pytest_configure(config):
    globals()["config"] = config


def add(*fields):
    if not hasattr(config, "workerinput"):
        lines.append(re.sub(r"0x[0-9a-f]+|gw\d+|pid \d+", "0xN", ascii(fields)))


def pytest_runtest_logstart(nodeid, location):
    add(str(nodeid), "0 start", tuple(location))


def pytest_runtest_logfinish(nodeid, location):
    add(str(nodeid), "2 finish", tuple(location))


def words(report):
    """The text of a failure, without the line that names the worker."""
    return re.sub(r"^\[gw\d+\] .*\n?", "", report.longreprtext).strip()


def pytest_runtest_logreport(report):
    assert type(report.duration) in (int, float), report.duration
    add(
        str(report.nodeid),
        f"1 {report.when}",
        type(report).__name__,
        report.location,
        report.outcome,
        getattr(report, "wasxfail", None),
        words(report),
        hasattr(report.longrepr, "reprcrash"),
        report.sections,
        report.user_properties,
        sorted(report.keywords),
        sorted(k for k in report.__dict__ if k not in OF_WORKERS),
    )


def pytest_warning_recorded(warning_message, when, nodeid, location):
    w = warning_message
    add(nodeid, f"3 warning {when}", w.category.__name__, str(w.message), w.filename, w.lineno, location)


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        with open(os.environ["REPLOG"], "w", encoding="ascii") as f:
            f.writelines(line + "\n" for line in sorted(lines))
