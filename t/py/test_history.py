"""prun.history: the file of durations, and what is made of it."""
import json
import os
import types

import pytest
from prun import history


@pytest.fixture
def path(tmp_path):
    return tmp_path / "d" / "prun" / "durations.json"


def config(folder):
    return types.SimpleNamespace(cache=types.SimpleNamespace(_cachedir=str(folder)))


@pytest.fixture
def run(tmp_path):
    """run(*ids): a run's History; run.of(...) tells it what tests took."""

    def start(*ids):
        return history.History(config(tmp_path), ids)

    return start


def finish(run, *notes):
    for note in notes:
        run.note(*note)
    run.pytest_sessionfinish()


def test_what_was_seen_is_expected(run):
    finish(run("a.py::x", "a.py::y"), (0, 0, 0.5, 1.0), (0, 1, 0.5, 2.0))
    assert run("a.py::y", "a.py::x").expected().tolist() == [2.5, 1.5]


def test_nothing_is_expected_at_first(run):
    assert run("a.py::x").expected() is None
    finish(run("a.py::x"), (0, 0, 0, 1.0))
    assert run("b.py::x").expected() is None


def test_no_cache_no_history(tmp_path):
    for folder in (types.SimpleNamespace(), types.SimpleNamespace(cache=None)):
        no = history.History(folder, ["a.py::x"])
        assert no.expected() is None
        finish(no, (0, 0, 0, 1.0))
    assert not os.listdir(tmp_path)


def test_partial_runs_forget_nothing(run, path):
    finish(run("a.py::x", "a.py::y"), (0, 0, 0, 1.0), (0, 1, 0, 2.0))
    finish(run("a.py::x"), (0, 0, 0, 2.0))
    assert history.read(path) == {"a.py::y": 2_000_000, "a.py::x": 1_500_000}


def test_a_run_without_results_writes_nothing(run, path):
    finish(run("a.py::x"))
    assert not path.exists()


@pytest.mark.parametrize(
    "unknown, seconds",
    [("a.py::new", 2.0), ("b.py::new", 8.0), ("c.py::new", 3.0)],
    ids=["median of its file", "the lower of two", "of all"],
)
def test_unknown_tests_are_estimated(run, unknown, seconds):
    ids = ("a.py::1", "a.py::2", "a.py::3", "b.py::1", "b.py::2")
    finish(run(*ids), *((0, i, 0, took) for i, took in enumerate([1.0, 2.0, 3.0, 8.0, 9.0])))
    assert run(*ids, unknown).expected()[-1] == pytest.approx(seconds)


# ---- whose set-up it is ----

FILES = ("a.py::1", "a.py::2", "a.py::3", "b.py::1", "b.py::2", "b.py::3")


def took(run, *notes):
    for note in notes:
        run.note(*note)
    return {nodeid: round(value / 1e6, 3) for nodeid, value in run._microseconds(run.seen().took).items()}


def test_the_session_is_set_up_by_whoever_comes_first(run):
    seen = took(run(*FILES), (0, 0, 9.0, 1.0), (0, 1, 0.1, 1.0), (1, 3, 9.0, 1.0), (1, 4, 0.2, 1.0))
    assert seen == {"a.py::1": 1.1, "a.py::2": 1.1, "b.py::1": 1.2, "b.py::2": 1.2}


def test_a_file_is_set_up_by_its_first_test(run):
    seen = took(run(*FILES), (0, 0, 0.1, 1.0), (0, 3, 5.0, 1.0), (0, 4, 0.1, 1.0))
    assert seen["b.py::1"] == 6.0


def test_a_file_that_is_set_up_from_its_middle_costs_that_test_nothing(run):
    seen = took(run(*FILES), (0, 0, 0.1, 1.0), (0, 4, 5.0, 1.0), (0, 5, 0.3, 1.0))
    assert seen["b.py::2"] == 1.3


def test_where_nothing_is_usual_all_counts(run):
    assert took(run(*FILES), (0, 0, 2.0, 1.0), (1, 3, 3.0, 1.0)) == {"a.py::1": 3.0, "b.py::1": 4.0}


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), -1.0])
def test_odd_times_are_passed_over(run, odd):
    assert took(run(*FILES), (0, 0, 0.0, 1.0), (0, 1, 0.0, odd)) == {"a.py::1": 1.0}


# ---- the file ----


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"version":1}',
        b'{"version":1,"microseconds":[]}',
        b'{"version":2,"microseconds":{"a.py::x":1}}',
        b'{"version":1,"microseconds":{"a.py::x":1.5}}',
        b'{"version":1,"microseconds":{"a.py::x":true}}',
        b'{"version":1,"microseconds":{"a.py::x":-1}}',
        b'{"version":1,"microseconds":{"a.py::x":1' + b"0" * 400 + b"}}",
        b'{"version":1,"microseconds":{"a.py::x":1}',
        b"[" * 100_000,
    ],
    ids=lambda content: content[:50].decode("latin-1"),
)
def test_a_corrupt_file_is_ignored_and_replaced(run, path, content):
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert run("a.py::x").expected() is None
    finish(run("a.py::x"), (0, 0, 0, 1.0))
    assert history.read(path) == {"a.py::x": 1_000_000}


def test_any_node_id_comes_back(run):
    ids = ("a.py::x[\0]", "a.py::x[\udc80]", 'a.py::x["]', "ä.py::x[日本]")
    finish(run(*ids), *((0, i, 0, i + 1.0) for i in range(len(ids))))
    assert run(*ids).expected().tolist() == [1.0, 2.0, 3.0, 4.0]


def test_those_not_seen_for_longest_are_forgotten(run, path, monkeypatch):
    monkeypatch.setattr(history, "LIMIT", 3)
    for names in ("abc", "a", "d"):
        finish(run(*names), *((0, i, 0, 1.0) for i in range(len(names))))
    assert list(history.read(path)) == ["c", "a", "d"]


def test_nothing_but_the_file_is_left(run, path):
    finish(run("a.py::x"), (0, 0, 0, 1.0))
    assert os.listdir(path.parent) == ["durations.json"]
    assert set(json.loads(path.read_text())) == {"version", "microseconds"}


def test_a_failed_write_leaves_what_was_there(run, path, monkeypatch):
    finish(run("a.py::x"), (0, 0, 0, 1.0))
    before = path.read_bytes()

    def full(self, target):
        raise OSError("disk full")

    monkeypatch.setattr(type(path), "replace", full)
    with pytest.warns(pytest.PytestCacheWarning, match="could not write cache path .*disk full"):
        finish(run("a.py::x"), (0, 0, 0, 3.0))
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == ["durations.json"]


def test_a_folder_that_cannot_be_made_is_a_warning(run, tmp_path):
    (tmp_path / "d").write_text("a file")
    with pytest.warns(pytest.PytestCacheWarning, match="could not write cache path"):
        finish(run("a.py::x"), (0, 0, 0, 1.0))


def test_concurrent_runs_lose_nothing(run, path):
    """Processes that all write at once: each test of each of them is there in the end."""
    children = []
    read_end, write_end = os.pipe()
    for n in range(8):
        pid = os.fork()
        if not pid:
            os.close(write_end)
            os.read(read_end, 1)  # until all are there
            for i in range(10):
                finish(run(f"{n}.py::{i}"), (0, 0, 0, 1.0))
            os._exit(0)
        children.append(pid)
    os.close(read_end)
    os.close(write_end)
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0] * 8
    assert set(history.read(path)) == {f"{n}.py::{i}" for n in range(8) for i in range(10)}
