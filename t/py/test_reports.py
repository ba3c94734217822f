"""What pytest's serialisation of reports loses, and what is done about it."""
import dataclasses
import io
import weakref
from types import SimpleNamespace

import pytest
from _pytest._code.code import TerminalRepr
from _pytest._io import TerminalWriter

from prun import reports


class Hook:
    """pytest's two hooks, for a report that is nothing but its attributes."""

    @staticmethod
    def pytest_report_to_serializable(config, report):
        longrepr = report.longrepr
        return {**vars(report), "longrepr": str(longrepr) if hasattr(longrepr, "toterminal") else longrepr}

    @staticmethod
    def pytest_report_from_serializable(config, data):
        return SimpleNamespace(**data)


CONFIG = SimpleNamespace(hook=Hook)


class Red(TerminalRepr):
    def toterminal(self, tw):
        tw.line("words", red=True)


def through(longrepr):
    _, *event = reports.dump(CONFIG, SimpleNamespace(longrepr=longrepr))
    return reports.load(CONFIG, *event).longrepr


def written(longrepr, markup):
    tw = TerminalWriter(io.StringIO())
    tw.hasmarkup = markup
    longrepr.toterminal(tw)
    return tw._file.getvalue()


def test_what_shows_itself_still_does():
    got = through(Red())
    assert not isinstance(got, str)
    assert str(got) == "words"
    for markup in (False, True):
        assert written(got, markup) == written(Red(), markup)


@pytest.mark.parametrize("longrepr", [None, "text", ("file", 1, "reason")])
def test_others_are_carried_as_they_are(longrepr):
    assert through(longrepr) == longrepr


@dataclasses.dataclass(frozen=True)
class Context:
    kwargs: dict

    def __post_init__(self):
        object.__setattr__(self, "kwargs", {k: repr(v) for k, v in self.kwargs.items()})


def test_parameters_of_subtests_are_those_of_the_worker():
    context = Context({"n": 2})
    data = {"longrepr": None, "_subtest.context": {"msg": None, "kwargs": context.kwargs}}
    hook = SimpleNamespace(
        pytest_report_from_serializable=lambda config, data: SimpleNamespace(
            context=Context(data["_subtest.context"]["kwargs"])
        )
    )
    assert reports.load(SimpleNamespace(hook=hook), data).context.kwargs == {"n": "2"}


def test_parameters_of_subtests_keep_their_types():
    report = SimpleNamespace(longrepr=None, context=SimpleNamespace(msg=None, kwargs={"pair": (1, 2)}))
    hook = SimpleNamespace(
        pytest_report_to_serializable=lambda config, report: {"_subtest.context": {"msg": None, "kwargs": {"pair": [1, 2]}}}
    )
    _, data = reports.dump(SimpleNamespace(hook=hook), report)
    assert data["_subtest.context"]["kwargs"] == {"pair": (1, 2)}


table = weakref.WeakKeyDictionary()


class Report(SimpleNamespace):
    __hash__ = object.__hash__


def test_what_a_plugin_keeps_of_a_report_comes_along():
    report = Report(longrepr=None)
    table[report] = {"steps": ("given", "when")}
    kind, data = reports.dump(CONFIG, report)
    hook = SimpleNamespace(pytest_report_from_serializable=lambda config, data: Report(**data))
    got = reports.load(SimpleNamespace(hook=hook), data)
    assert table[got] == {"steps": ("given", "when")}
    assert vars(got) == {"longrepr": None}
