"""prun.doctor: what is found in the record of a run, and what it would gain."""
import pytest
from prun.doctor import findings, words


def run(**known):
    """The record of a run that nothing held up: four workers, forty tests of a second each."""
    said = {
        "version": 1, "time": 1.0, "exact": False, "mode": "duration", "workers": 4, "asked": 4, "planned": True,
        "processors": 4, "tests": 40,
        "seconds": {"start": 0.2, "collect": 0.2, "prepare": 0.1, "tests": 10.0, "end": 0.1, "processor": 40.0},
        "died": 0, "lanes": [[10, 0.1, 9.9, 0.0, 0.0] for _ in range(4)], "shared": None,
        "longest": [[f"a.py::test_{i}", 1.0] for i in range(10)], "total": 40.0,
        "units": [[f"{name}.py", 10.0, 1.0, 10] for name in "abcd"], "others": [0, 0.0, 0.0, 0],
    }
    seconds = {**said["seconds"], **known.pop("seconds", {})}
    return {**said, **known, "seconds": seconds}


def only(record):
    (found,) = findings.of(record)
    return found


def test_nothing():
    assert findings.of(run()) == []
    assert words.of(run(), [])[-1] == "nothing that an option would mend"


@pytest.mark.parametrize("mode", ["loadfile", "loadscope", "loadgroup"])
def test_a_unit_that_is_too_large(mode):
    units = [["a.py", 28.0, 1.0, 28], ["b.py", 6.0, 1.0, 6], ["c.py", 6.0, 1.0, 6]]
    found = only(run(mode=mode, units=units, seconds={"tests": 28.5}))
    assert found.gain == pytest.approx(18.0) and "a.py takes 28.00 s" in found.what and "--dist duration" in found.help


def test_a_unit_of_one_test_is_that_test():
    units = [["a.py", 28.0, 28.0, 1], ["b.py", 12.0, 1.0, 12]]
    assert findings.large_unit(run(mode="loadfile", units=units)) is None


def test_a_test_that_is_too_long():
    found = only(run(longest=[["a.py::test_x", 25.0], ["a.py::test_y", 1.0]], seconds={"tests": 25.0}))
    assert found.gain == pytest.approx(15.0) and found.most and "a.py::test_x takes 25.00 s" in found.what


def test_idle_workers():
    record = run(mode="load", seconds={"tests": 16.0})
    assert only(record).gain == pytest.approx(6.0) and "38%" in only(record).what and "--dist duration" in only(record).help
    record = run(planned=False, seconds={"tests": 16.0})
    assert only(record).gain == pytest.approx(6.0) and "again" in only(record).help
    assert findings.of(run(seconds={"tests": 16.0})) == []


def test_more_workers():
    found = only(run(processors=8))
    assert found.gain == pytest.approx(5.0) and found.help == "-n auto"
    found = only(run(seconds={"processor": 4.0}))
    assert found.gain == pytest.approx(5.0) and found.help == "-n 8"
    assert findings.of(run(processors=8, asked=6)) == []  # there was not work for more


def test_fixtures_of_the_session():
    lanes = [[10, 2.1, 9.9, 2.0, 0.0] for _ in range(4)]
    found = only(run(lanes=lanes, shared=["a.py::test_0", 2.0], seconds={"tests": 12.0}))
    assert found.gain == 0 and found.processor == pytest.approx(6.0) and "@prun.shared" in found.help
    assert "a.py::test_0" in found.what
    found = only(run(lanes=lanes, shared=["a.py::test_0", 2.0], processors=2, seconds={"tests": 12.0}))
    assert found.gain == pytest.approx(1.0) and found.processor == pytest.approx(3.0)


def test_fixtures_of_files():
    lanes = [[10, 2.1, 9.9, 0.0, 2.0] for _ in range(4)]
    found = only(run(lanes=lanes, seconds={"tests": 12.0}))
    assert found.gain == pytest.approx(2.0) and found.help == "--dist loadfile"


def test_collecting_and_starting():
    found = only(run(seconds={"collect": 5.0}))
    assert found.gain == 5.0 and found.most
    found = only(run(exact=True, seconds={"collect": 5.0}))
    assert found.gain == 0 and found.processor == pytest.approx(15.0) and "--xdist-exact" in found.help
    assert only(run(seconds={"start": 4.0})).gain == 4.0


def test_each_and_one_worker_are_as_they_must_be():
    assert findings.of(run(mode="each", seconds={"tests": 40.0})) == []
    assert findings.of(run(workers=1, asked=1, processors=1, lanes=[[40, 0.4, 39.6, 0.0, 0.0]], seconds={"tests": 40.0})) == []


def test_the_largest_gain_comes_first():
    found = findings.of(run(mode="load", seconds={"tests": 16.0, "collect": 9.0, "start": 5.0}))
    assert [f.gain for f in found] == sorted((f.gain for f in found), reverse=True) and len(found) == 3
    assert words.of(run(), found)[-1].startswith("   gain: at most") or words.of(run(), found)[-1].startswith("   gain: about")
