"""pytest plugin for pytest-xdist's own tests: what they run with `pytester` is prun, in a process of its own.

The environment says PRUN (its absolute path), POINT_OPTIONS (what it is always given), VIRTUAL_ENV (where it finds
pytest) and POINT_COUNTS (a file that the counts go to).  Where prun is known to do otherwise, and why, is said in exceptions.py.
"""
import fnmatch
import json
import os
import subprocess
import types

import pytest
from exceptions import EXCEPTIONS

PRUN = os.environ["PRUN"]
OPTIONS = os.environ.get("POINT_OPTIONS", "").split()
LIMIT = 60  # seconds after which a run counts as hung
_here = None  # the Expected of the test that runs


class NotSo(Exception):
    """The test has passed, or failed, without what it, or exceptions.py, is about."""


class Expected:
    """What is said of one test in exceptions.py, and what of it came true."""

    def __init__(self, exception):
        self.exception = exception
        self.left = {*exception.status, *exception.unsaid} if exception else set()
        self.runs = 0

    def ran(self, result):
        self.runs += 1
        translated = self.exception.status if self.exception else {}
        if result.ret in translated:
            self.left.discard(int(result.ret))
            result.ret = pytest.ExitCode(translated[result.ret])

    def wanted(self, lines, said):
        """The lines that prun is expected to print too."""
        unsaid = self.exception.unsaid if self.exception else ()
        for pattern in set(lines).intersection(unsaid):
            self.left.discard(pattern)
            if any(fnmatch.fnmatch(line, pattern) for line in said):
                raise NotSo(f"prun does print {pattern!r}")
        return [line for line in lines if line not in unsaid]

    def conclude(self):
        if not self.runs:
            raise NotSo("the test has not run prun")
        if self.left:
            raise NotSo(f"not seen: {self.left}")


# ---- pytester ----

_run = pytest.Pytester.run
_spawn = pytest.Pytester.spawn


def run(self, *words, timeout=LIMIT, **options):
    result = _run(self, *words, timeout=timeout, **options)
    if str(words[0]) == PRUN:
        _here.ran(result)
    return result


def spawn(self, command, expect_timeout=LIMIT):
    _here.runs += command.startswith(PRUN)
    return _spawn(self, command, expect_timeout)


class Recorded:
    """As far as tests look at inline_run()'s HookRecorder."""

    def __init__(self, result):
        self.ret = result.ret
        self._result = result

    def assertoutcome(self, passed=0, skipped=0, failed=0):
        outcomes = self._result.parseoutcomes()
        assert [passed, skipped, failed] == [outcomes.get(k, 0) for k in ("passed", "skipped", "failed")]

    def getreports(self, name):
        return []  # they have stayed with prun


def parseconfigure(self, *words):
    """The configuration as it is when the session of prun starts: its options, and names of plugins."""
    told = self.path / "told.json"
    result = self.runpytest_subprocess("-p", "told", f"--told={told}", *words)
    assert result.ret == 0
    config = json.loads(told.read_text())
    option = types.SimpleNamespace(**config["option"])
    return types.SimpleNamespace(
        option=option,
        getoption=lambda name: getattr(option, name),
        pluginmanager=types.SimpleNamespace(hasplugin=config["plugins"].__contains__),
    )


def matcher(name):
    """LineMatcher's method of this name, without the lines that prun is known not to print."""
    original = getattr(pytest.LineMatcher, name)

    def match(self, lines, **options):
        lines = [lines] if isinstance(lines, str) else list(lines)
        return original(self, _here.wanted(lines, self.lines), **options)

    return match


pytest.Pytester.run = run
pytest.Pytester.spawn = spawn
pytest.Pytester._getpytestargs = lambda self: (PRUN, *OPTIONS)
pytest.Pytester.runpytest = pytest.Pytester.runpytest_inprocess = pytest.Pytester.runpytest_subprocess
pytest.Pytester.inline_run = lambda self, *words: Recorded(self.runpytest_subprocess(*words))
for _name in ("fnmatch_lines", "fnmatch_lines_random"):
    setattr(pytest.LineMatcher, _name, matcher(_name))


@pytest.fixture
def _configured_by_prun(monkeypatch):
    """test_plugin.py hands xdist a configuration to complete; here prun has done so in its own process."""
    import xdist.plugin

    monkeypatch.setattr(xdist.plugin, "pytest_cmdline_main", lambda config: None)
    monkeypatch.setattr(xdist.plugin, "pytest_configure", lambda config: None)
    monkeypatch.setattr(pytest.Pytester, "parseconfigure", parseconfigure)


# ---- the tests ----


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    here = [known for known in EXCEPTIONS if known.exact in (None, "--xdist-exact" in OPTIONS)]
    of = {test: known for known in here for test in known.tests}
    for item in items:
        nodeid = item.nodeid.rpartition("testing/")[2]
        exception = of.pop(nodeid, None)
        # What xdist itself is known to fail at is run as well.
        item.own_markers[:] = [mark for mark in item.own_markers if mark.name != "xfail"]
        item.expected = Expected(exception)
        if exception and exception.kind == "internal":
            item.add_marker(pytest.mark.skip(exception.why))
        elif exception and not exception.partial:
            # A test that does not get as far as to compare something has another fault.
            raises = (AssertionError, IndexError, pytest.fail.Exception)
            item.add_marker(pytest.mark.xfail(reason=exception.why, strict=True, raises=raises))
        if nodeid.startswith("test_plugin.py"):
            item.fixturenames.append("_configured_by_prun")
    if of:
        raise pytest.UsageError(f"exceptions.py: there is no {', '.join(of)}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    global _here
    _here = item.expected
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    result = yield
    item.expected.conclude()
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """A test of functions, with no pytester to run anything, is itself run by prun."""
    if "pytester" in pyfuncitem.fixturenames:
        return None
    words = [PRUN, *OPTIONS, "-n1", "-q", "--noconftest", "-p", "no:cacheprovider", "-p", "no:tmpdir", pyfuncitem.nodeid]
    done = subprocess.run(words, cwd=pyfuncitem.config.rootpath, timeout=LIMIT)
    assert done.returncode == 0
    pyfuncitem.expected.runs += 1
    return True


# ---- the counts ----


class Counts:
    """Writes how many tests came to which end: a line of numbers."""

    def __init__(self):
        self.of = dict.fromkeys(("passed", "failed", "better", "shortfall", "neither", "internal", "skipped"), 0)
        self._known = {}

    def pytest_collection_finish(self, session):
        self._known = {item.nodeid: item.expected.exception for item in session.items}

    def pytest_runtest_logreport(self, report):
        known = self._known[report.nodeid]
        if report.failed:
            self.of["failed"] += 1
        elif report.when == "call" or (report.skipped and not hasattr(report, "wasxfail")):
            self.of[known.kind if known else report.outcome] += 1

    def pytest_sessionfinish(self):
        with open(os.environ["POINT_COUNTS"], "w") as file:
            print(*self.of.values(), file=file)


def pytest_configure(config):
    config.pluginmanager.register(Counts())
