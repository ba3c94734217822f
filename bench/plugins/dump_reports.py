"""Pytest plugin (-p dump_reports): writes what the main process was told to the file DUMP_REPORTS, as JSON.

The same plugin serves pytest, pytest-xdist and prun, so that their runs can be compared: collected ids, and
every report and warning in the order in which they came.  It stays silent in worker processes.
"""
import json
import os
import re

import pytest

# pytest captures its own progress letters for the subtests of a unittest class, as if the test had written
# them; where letters are written is no part of what a test reported.
_LETTERS = re.compile(r"[u,-]+")


def pytest_configure(config):
    target = os.environ.get("DUMP_REPORTS")
    if target and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Dump(config, target), "dump-reports-instance")


class Dump:
    def __init__(self, config, target):
        self.target = target
        self.rootpath = str(config.rootpath)
        self.pid = os.getpid()
        self.collected = []
        self.reports = []
        self.warnings = []
        self.exit = None

    def pytest_collection_finish(self, session):
        self.collected = [str(item.nodeid) for item in session.items]

    def pytest_collectreport(self, report):
        if report.outcome != "passed":
            self._add(report, "collect")

    def pytest_runtest_logreport(self, report):
        self._add(report, report.when)

    def _add(self, report, when):
        self.reports.append(
            {
                "id": str(report.nodeid),
                "when": when,
                "outcome": report.outcome,
                "wasxfail": getattr(report, "wasxfail", None),
                "reason": self._reason(report.longrepr),
                "sections": [title for title, text in report.sections if not _LETTERS.fullmatch(text)],
                "properties": repr(getattr(report, "user_properties", None)),
            }
        )

    @staticmethod
    def _reason(longrepr):
        """Why it was skipped, or the last line of why it failed."""
        if longrepr is None:
            return None
        if isinstance(longrepr, tuple):
            return str(longrepr[-1])
        crash = getattr(longrepr, "reprcrash", None)
        return crash.message if crash else str(longrepr)

    def pytest_warning_recorded(self, warning_message, when, nodeid, location):
        self.warnings.append(
            {
                "category": warning_message.category.__name__,
                "message": str(warning_message.message),
                "file": os.path.relpath(warning_message.filename, self.rootpath),
                "line": warning_message.lineno,
                "when": when,
                "id": str(nodeid),
            }
        )

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus):
        self.exit = int(exitstatus)

    def pytest_unconfigure(self):
        if os.getpid() != self.pid:
            return
        with open(self.target, "w", encoding="utf-8", errors="backslashreplace") as f:
            json.dump({k: getattr(self, k) for k in ("collected", "reports", "warnings", "exit")}, f)
