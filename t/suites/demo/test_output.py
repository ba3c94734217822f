"""Captured output, logs, warnings, temporary directories, the environment."""

import logging
import os
import subprocess
import sys
import warnings

import pytest


def test_printed_text(capsys):
    print("hello")
    assert capsys.readouterr().out == "hello\n"


def test_text_of_a_child_process(capfd):
    subprocess.run([sys.executable, "-c", "print('from a child')"], check=True)
    assert capfd.readouterr().out == "from a child\n"


def test_log_record(caplog):
    logging.getLogger("demo").warning("low on %s", "plums")
    assert caplog.messages == ["low on plums"]


def test_warning():
    with pytest.warns(DeprecationWarning, match="old"):
        warnings.warn("old", DeprecationWarning)


def test_environment(monkeypatch):
    monkeypatch.setenv("PRUN_DEMO", "1")
    assert os.environ["PRUN_DEMO"] == "1"


def test_environment_is_restored():
    assert "PRUN_DEMO" not in os.environ


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_directory_of_its_own(tmp_path, name):
    (tmp_path / name).touch()
    assert [path.name for path in tmp_path.iterdir()] == [name]
