"""What a plugin keeps of a report in a table of its own comes along, and nothing else that a worker may write does."""
import os
import pickle
import sys
import types
import weakref

import pytest

from prun import reports


class Report:
    pass


class Kept:
    def __init__(self, text):
        self.text = text


class Evil:
    def __reduce__(self):
        return os.mkdir, ("evil",)


@pytest.fixture
def table(monkeypatch):
    module = types.ModuleType("some_plugin")
    module.of_report = weakref.WeakKeyDictionary()
    module.Kept = Kept
    module.make = os.mkdir
    monkeypatch.setattr(Kept, "__module__", "some_plugin")
    monkeypatch.setitem(sys.modules, "some_plugin", module)
    reports._tables.cache_clear()
    yield module.of_report
    reports._tables.cache_clear()


def test_comes_along(table):
    here, there = Report(), Report()
    table[here] = [{"step": Kept("given")}, ("a", 1)]
    reports._keep(there, reports._kept(here))
    assert table[there][0]["step"].text == "given" and table[there][1] == ("a", 1)


def test_no_table_no_entry(table):
    assert reports._kept(Report()) is None


@pytest.mark.parametrize(
    "data",
    [
        pickle.dumps([("some_plugin", "of_report", Evil())]),
        b"csome_plugin\nmake\n(S'evil'\ntR.",
        b"cos\nmkdir\n(S'evil'\ntR.",
        b"cbuiltins\neval\n(S'1'\ntR.",
        pickle.dumps([("some_plugin", "other", 1)]),
        pickle.dumps([("os", "environ", {})]),
        pickle.dumps(7),
        b"",
        b"\x80garbage",
    ],
)
def test_nothing_else_is_taken(table, data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reports._keep(Report(), data)
    assert not table and not list(tmp_path.iterdir())
