"""prun.verify: what differs between two records, and what is read from files."""
import pytest

from prun import verify
from prun.verify import artefacts, cli, compare, scan
from prun.verify.record import Record, counts, load, word

PASS = ("setup", "passed"), ("call", "passed"), ("teardown", "passed")
FAIL = ("setup", "passed"), ("call", "failed"), ("teardown", "passed")


def record(side, tests, reports=(), code=0, collect=(), finished=True, maxfail=0, dist="no", order=None):
    """A record of tests {id: phases}; reports: (id, phases, worker) instead."""
    reports = list(reports) or [(test, phases, None) for test, phases in tests.items()]
    lines = [
        {"kind": "start", "pytest": "9", "rootdir": "/", "maxfail": maxfail, "shuffled": None},
        {"kind": "collected", "tests": [[t, t.partition("::")[0]] for t in order or tests]},
        {"kind": "mode", "dist": dist},
        *({"kind": "collect", "id": i, "outcome": o, "text": "why"} for i, o in collect),
    ]
    for test, phases, worker in reports:
        for when, outcome, *xfail in phases:
            lines.append(
                dict(kind="report", id=test, when=when, outcome=outcome, xfail=bool(xfail), text="", worker=worker)
            )
    if finished:
        lines.append({"kind": "finish", "exit": code})
    return Record(side, lines, returncode=code)


def both(a, b, **ours):
    return record("serial", a), record("prun", b, **ours)


def kinds(serial, prun):
    return [(d.kind, d.subject) for d in compare.differences(serial, prun)]


def test_equal():
    assert kinds(*both({"a.py::t": PASS}, {"a.py::t": PASS})) == []


def test_missing_and_extra_ids_name_their_files():
    found = compare.differences(*both({"a.py::t": PASS, "b.py::u": PASS}, {"a.py::t": PASS, "c.py::v": PASS}))
    assert [(d.kind, d.subject, d.file) for d in found] == [
        ("missing", "b.py::u", "b.py"),
        ("extra", "c.py::v", "c.py"),
    ]


def test_an_id_that_one_side_has_twice():
    serial, prun = both({"a.py::t": PASS}, {"a.py::t": PASS}, order=["a.py::t", "a.py::t"])
    assert kinds(serial, prun) == [("extra", "a.py::t")]


def test_outcome_and_exit_status():
    serial, prun = both({"a.py::t": PASS}, {"a.py::t": FAIL}, code=1)
    outcome, status = compare.differences(serial, prun)
    assert outcome == ("outcome", "a.py::t", "a.py", "passed", "failed", "call")
    assert status == ("exit", "", "", 0, 1, None)


def test_the_same_word_by_another_phase_is_a_difference():
    late = (("setup", "passed"), ("call", "passed"), ("teardown", "failed"))
    serial, prun = both({"a.py::t": FAIL}, {"a.py::t": late})
    (found,) = compare.outcomes(serial, prun)
    assert (found.serial, found.prun, found.detail) == ("failed", "passed, error at teardown", "call")


def test_a_test_that_did_not_run():
    serial, prun = both({"a.py::t": PASS, "a.py::u": PASS}, {"a.py::t": PASS, "a.py::u": ()})
    (found,) = compare.outcomes(serial, prun)
    assert (found.subject, found.prun) == ("a.py::u", "not run")


def test_after_maxfail_what_only_one_side_ran_is_no_difference():
    serial = record("serial", {"a.py::t": FAIL, "a.py::u": ()}, maxfail=1, code=1)
    prun = record("prun", {"a.py::t": FAIL, "a.py::u": PASS}, maxfail=1, code=1)
    assert kinds(serial, prun) == []


def test_a_side_that_broke_off_is_one_difference():
    serial = record("serial", {f"a.py::t{i}": PASS for i in range(9)})
    prun = record("prun", {"a.py::t0": PASS, **{f"a.py::t{i}": () for i in range(1, 9)}}, finished=False, code=-9)
    assert kinds(serial, prun) == [("broken", "a.py::t1"), ("exit", "")]


def test_a_test_that_was_running_when_its_side_broke_off_has_no_outcome():
    half = record("serial", {"a.py::t": PASS, "a.py::u": PASS[:1]}, finished=False)
    assert half.unreported() == ["a.py::u"]
    assert half.outcome("a.py::u") == ()


def test_collectors():
    serial, prun = both({"a.py::t": PASS}, {"a.py::t": PASS}, collect=[("b.py", "failed")])
    (found,) = compare.differences(serial, prun)
    assert found == ("collect", "b.py", "b.py", "passed", "failed", "why")


def test_each_worker_counts_for_itself():
    serial = record("serial", {"a.py::t": PASS})
    prun = record("prun", {"a.py::t": ()}, reports=[("a.py::t", PASS, "gw0"), ("a.py::t", PASS, "gw1")], dist="each")
    assert kinds(serial, prun) == []
    prun = record("prun", {"a.py::t": ()}, reports=[("a.py::t", PASS, "gw0"), ("a.py::t", FAIL, "gw1")], dist="each")
    assert kinds(serial, prun) == [("outcome", "a.py::t")]


def test_unstable_functions_are_compared_as_a_whole():
    serial = record("serial", {"a.py::t[x1]": PASS, "a.py::t[x2]": FAIL})
    prun = record("prun", {"a.py::t[y1]": FAIL, "a.py::t[y2]": PASS})
    assert list(compare.shaky(serial, prun, ["a.py::t"])) == []
    prun = record("prun", {"a.py::t[y1]": FAIL, "a.py::t[y2]": FAIL})
    assert list(compare.shaky(serial, prun, ["a.py::t"])) == ["a.py::t"]


def test_order():
    serial, prun = both({"a::t": PASS, "a::u": PASS}, {"a::t": PASS, "a::u": PASS}, order=["a::u", "a::t"])
    assert compare.reordered(serial, prun)
    assert kinds(serial, prun) == []


def test_what_a_worker_ran_before():
    reports = [("t0", PASS, "gw0"), ("t1", PASS, "gw1"), ("t2", PASS, "gw0"), ("t3", PASS, "gw0")]
    prun = record("prun", {f"t{i}": () for i in range(4)}, reports=reports)
    assert prun.before("t2") == ["t0", "t2"]
    assert prun.before("t1") == ["t1"]


@pytest.mark.parametrize(
    "phases, shown",
    [
        (PASS, "passed"),
        (FAIL, "failed"),
        ((("setup", "failed"), ("teardown", "passed")), "error at setup"),
        ((("setup", "skipped"), ("teardown", "passed")), "skipped"),
        ((("setup", "passed"), ("call", "skipped", "xfail"), ("teardown", "passed")), "xfailed"),
        ((("setup", "passed"), ("call", "passed", "xfail"), ("teardown", "passed")), "xpassed"),
        ((("setup", "passed"), ("call", "rerun"), ("call", "passed")), "rerun, passed"),
        ((("call", "passed"), ("call", "passed")), "passed"),
        ((), "not run"),
    ],
)
def test_words(phases, shown):
    (outcome,) = record("serial", {"t": phases}).outcomes().get("t", {None: ()}).values()
    assert word(outcome) == shown
    assert counts(record("serial", {"t": phases})) == ({shown: 1} if phases else {})


# ---- files ----

JUNIT = """<?xml version="1.0"?><testsuites><testsuite name="pytest" tests="1" time="{time}">
<properties><property name="p" value="{value}"/></properties>
<testcase classname="d.test_a.TestX" name="test_y[a/b]" time="{time}">
<system-out>{out}</system-out></testcase></testsuite></testsuites>"""


def with_junit(tmp_path, side, out, value="v", time="1"):
    path = tmp_path / f"{side}.xml"
    path.write_text(JUNIT.format(out=out, value=value, time=time))
    made = record(side, {"d/test_a.py::TestX::test_y[a/b]": PASS})
    made.junit = artefacts.junit(path)
    return made


@pytest.mark.parametrize(
    "ours, theirs",
    [
        ("&lt;object at 0x7f00aa00bb&gt;", "&lt;object at 0x7f11cc00dd&gt;"),
        ("/tmp/pytest-of-me/pytest-3/t0", "/tmp/pytest-of-me/pytest-4/popen-gw1/t0"),
        ("took 0.31s", "took 0.52s"),
    ],
)
def test_junit_noise(tmp_path, ours, theirs):
    serial, prun = with_junit(tmp_path, "serial", ours), with_junit(tmp_path, "prun", theirs, time="2")
    assert kinds(serial, prun) == []


def test_junit_content(tmp_path):
    serial, prun = with_junit(tmp_path, "serial", "one"), with_junit(tmp_path, "prun", "two", value="w")
    suite, case = sorted(compare.junit(serial, prun, []), reverse=True)
    assert (case.kind, case.subject, case.detail) == ("junit", "d/test_a.py::TestX::test_y[a/b]", "system-out")
    assert (case.serial, case.prun) == ("one", "two")
    assert (suite.kind, suite.serial, suite.prun) == ("suite", [("p", "v")], [("p", "w")])
    assert [d.kind for d in compare.junit(serial, prun, [case.subject])] == ["suite"]


def test_coverage():
    serial, prun = both({"a.py::t": PASS}, {"a.py::t": PASS})
    serial.coverage = {"m.py": {"lines": [1, 2], "branches": []}}
    prun.coverage = {"m.py": {"lines": [1, 3], "branches": []}, "n.py": {"lines": [], "branches": []}}
    (found,) = compare.differences(serial, prun)
    assert found == ("coverage", "m.py", "m.py", [2], [3], "lines")
    prun.coverage = None
    assert kinds(serial, prun) == [("suite", "coverage")]


def test_a_record_that_ends_in_the_middle_of_a_line(tmp_path):
    path = tmp_path / "r"
    path.write_text('{"kind": "collected", "tests": [["a::t", "a"]]}\n{"kind": "rep')
    assert load("prun", path).ids == ["a::t"]
    assert not load("prun", tmp_path / "absent").started


# ---- arguments ----


@pytest.mark.parametrize(
    "args, left",
    [
        (["-n", "2", "-x", "t"], ["-x", "t"]),
        (["-n2", "--dist=load", "t"], ["t"]),
        (["-nauto", "-vq"], ["-vq"]),
        (["-xn", "3", "t"], ["-x", "t"]),
        (["-xvn3", "t"], ["-xv", "t"]),
        (["--numprocesses=4", "--maxprocesses", "2", "-d", "--tx", "popen"], []),
        (["-k", "a", "--", "-n"], ["-k", "a", "--", "-n"]),
        (["-name"], ["-name"]),
    ],
)
def test_without_workers(args, left):
    assert cli.without_workers(args) == left


def test_own_options_are_taken_out():
    request = cli.parse(["--verify-dropin", "-x", "--verify-runs", "5", "t", "--", "--verify-runs"])
    assert request == (["-x", "t", "--", "--verify-runs"], 5, None)


@pytest.mark.parametrize("args", (["--verify-runs"], ["--verify-runs=x"], ["--verify-x"], ["--pdb"]))
def test_bad_input(args):
    with pytest.raises(cli.BadInput):
        cli.parse(["--verify-dropin", *args])


@pytest.mark.parametrize(
    "args, wanted",
    [(["--verify-dropin"], True), (["--", "--verify-dropin"], False), (["--verify-dropin", "--help"], False)],
)
def test_wanted(args, wanted):
    assert verify.wanted(args) is wanted


# ---- sources ----


@pytest.mark.parametrize(
    "text, line",
    [
        ("import os\nX = os.environ.get('PYTEST_XDIST_WORKER')\n", 2),
        ("import os\ndef f():\n    return os.environ['PYTEST_XDIST_WORKER']\n", None),
        ("import os\ndef f():\n    return os.environ['PYTEST_XDIST_WORKER']\nX = f()\n", 4),
        ("def t(x=w.workerinput):\n    pass\n", 1),
        ("class A:\n    x = is_xdist_worker(1)\n", 2),
        ("class A:\n    def f(self):\n        return self.workerinput\n", None),
        ("X = 1\n", None),
        ("NAME = 'PYTEST_XDIST_WORKER'\n", None),
        ("import os\nX = 'PYTEST_XDIST_WORKER' in os.environ\n", 2),
        ("import os\nX = os.environ['PYTEST_XDIST_WORKER']\n", 2),
        ("def", None),
    ],
)
def test_worker_identity_at_import(tmp_path, text, line):
    path = tmp_path / "test_a.py"
    path.write_text(text)
    found = scan.worker_at_import(str(path), str(tmp_path))
    assert (found and found[1]) == line


@pytest.mark.parametrize("files", (["helper.py"], ["helper.py", "conftest.py"], []))
def test_worker_identity_in_a_conftest_or_an_import(tmp_path, files):
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "test_a.py").write_text("import helper\n")
    for name in files:
        (tmp_path / name).write_text("x = get_xdist_worker_id(1)\n")
    found = scan.worker_at_import(str(inner / "test_a.py"), str(tmp_path))
    assert (found and found[0]) == (files[-1] if files else None)


@pytest.mark.parametrize(
    "text, keeps",
    [
        ("import itertools\nN = itertools.count()\n", True),
        ("SEEN = []\n", True),
        ("def f():\n    global x\n    x = 1\n", True),
        ("X = 1\nY = (1, 2)\n", False),
    ],
)
def test_state(tmp_path, text, keeps):
    path = tmp_path / "m.py"
    path.write_text(text)
    assert scan.keeps_state(path) is keeps
