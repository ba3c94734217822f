"""Tells of tests that were run again (__init__.py): the letter R, who was flaky, and what JUnit files have of it."""
import re

import pytest

from prun import junit

NAME = "prun-flaky"


def listen(config):
    """A report has the outcome "rerun": from now on there is somebody who knows what that is."""
    manager = config.pluginmanager
    if manager.hasplugin("prun-reruns-options") and not manager.hasplugin(NAME) and not hasattr(config, "workerinput"):
        manager.register(Flaky(config), NAME)


class Flaky:
    """Hears of reports where reporters do, from the first that is of an attempt which was followed by another."""

    def __init__(self, config):
        self._config = config
        self._each = config.option.dist == "each"
        self._attempts = {}  # key: reports of failed attempts
        self._failed = set()  # keys that failed in the end
        self._open = set()  # keys whose present attempt is followed by another
        self._xml = junit.log_xml(config)
        if self._xml:
            self._finalize, self._xml.finalize = self._xml.finalize, self._finalize_last

    def _key(self, report):
        """What tells tests apart; one may be run again by another worker, unless all run it."""
        return report.nodeid, getattr(report, "node", None) if self._each else None

    def _flaky(self):
        return {key: reports for key, reports in self._attempts.items() if key not in self._failed}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report):
        key = self._key(report)
        if report.outcome == "rerun":
            self._attempts.setdefault(key, []).append(report)
            self._open.add(key)
        elif report.failed and key in self._attempts:
            self._failed.add(key)

    def pytest_report_teststatus(self, report):
        if report.outcome == "rerun":
            return "rerun", "R", ("RERUN", {"yellow": True})
        return None

    # ---- JUnit: one test case for all attempts, as Maven's Surefire writes it ----

    def _finalize_last(self, report):
        key = self._key(report)
        if key in self._open:
            self._open.discard(key)
            return
        if key in self._attempts:
            reporter = self._xml.node_reporter(report)
            kind = "rerun" if key in self._failed else "flaky"
            reporter.nodes += [_element(kind, attempt) for attempt in self._attempts[key]]
            self._drop_others(report)
        self._finalize(report)

    def _drop_others(self, last):
        """Test cases that were begun for workers which died of it."""
        known = self._xml.node_reporters
        nodes = {id(attempt.node) for attempt in self._attempts[self._key(last)] if hasattr(attempt, "node")}
        for key in list(known):
            if str(key[0]) == last.nodeid and key[1] is not getattr(last, "node", None) and id(key[1]) in nodes:
                self._xml.node_reporters_ordered.remove(known.pop(key))

    # ---- the end ----

    def pytest_terminal_summary(self, terminalreporter):
        found = self._flaky()
        if found:
            s = "" if len(found) == 1 else "s"
            terminalreporter.section(f"{len(found)} flaky test{s}: failed, and passed when run again", yellow=True)
            for (nodeid, _), reports in found.items():
                attempts = len({getattr(report, "rerun", i) for i, report in enumerate(reports)})  # a conftest may say "rerun" too
                times = "once" if attempts == 1 else f"{attempts} times"
                terminalreporter.write_line(f"{nodeid} failed {times}: {_words(reports[0])}")
        if "R" in terminalreporter.reportchars and self._attempts:
            terminalreporter.section("rerun test summary info")
            for (nodeid, _), reports in self._attempts.items():
                for report in reports:
                    terminalreporter.write_line(f"RERUN {nodeid}: {_words(report)}")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session, exitstatus):
        if exitstatus == 0 and self._config.option.fail_on_flaky and self._flaky():
            session.exitstatus = 7


def _words(report):
    """What it failed with, in one line."""
    crash = getattr(report.longrepr, "reprcrash", None)
    return (getattr(crash, "message", None) or str(report.longrepr or "")).partition("\n")[0]


def _element(kind, report):
    from xml.etree import ElementTree

    message = _words(report)
    what = "Failure" if report.when == "call" else "Error"
    name = re.match(r"(\w+(?:\.\w+)*)(?:: |$)", message)
    element = ElementTree.Element(
        f"{kind}{what}", message=_escaped(message), type=name[1] if name else "AssertionError"
    )
    ElementTree.SubElement(element, "stackTrace").text = _escaped(str(report.longrepr or ""))
    for stream in ("out", "err"):
        text = getattr(report, f"capstd{stream}", "")
        if text:
            ElementTree.SubElement(element, f"system-{stream}").text = _escaped(text)
    return element


def _escaped(text):
    from _pytest.junitxml import bin_xml_escape

    return bin_xml_escape(text)
