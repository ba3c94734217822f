"""Fixtures of all kinds, some of which raise, print, mark or ask for more."""
import logging
import unittest

import pytest

torn = []


@pytest.fixture(scope="module")
def once():
    print("set-up of the module")
    yield 1
    print("teardown of the module")


@pytest.fixture
def broken():
    print("about to break")
    raise RuntimeError("in set-up")


@pytest.fixture
def breaks_later():
    yield
    raise RuntimeError("in teardown")


@pytest.fixture(scope="module")
def broken_module():
    raise RuntimeError("in the module's set-up")


@pytest.fixture
def marks(request):
    request.node.add_marker(pytest.mark.xfail(reason="marked by a fixture"))


@pytest.fixture
def marks_no_run(request):
    request.node.add_marker(pytest.mark.xfail(reason="not to be run", run=False))


def test_uses(once, loud, current):
    assert current() == "test_uses (call)"
    print("in the call")


def test_uses_and_fails(once, loud):
    assert 0


def test_set_up_fails(loud, broken):
    raise AssertionError


def test_teardown_fails(breaks_later):
    print("well so far")


def test_both_fail(breaks_later):
    assert 0


def test_module_fails(broken_module):
    raise AssertionError


def test_module_fails_again(broken_module):
    raise AssertionError


def test_marked_by_fixture(marks):
    assert 0


def test_marked_by_fixture_passes(marks):
    pass


def test_not_run(marks_no_run):
    raise AssertionError


def test_marks_itself(request):
    request.node.add_marker(pytest.mark.xfail(reason="by itself"))
    assert 0


def test_marks_module(request):
    request.node.parent.add_marker(pytest.mark.mine)


def test_module_is_marked(request):
    assert request.node.get_closest_marker("mine")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_direct(number):
    assert number != 2


@pytest.mark.parametrize("number, text", [(1, "a"), (2, "b\n")])
def test_direct_request(number, text, request):
    assert request.getfixturevalue("number") == number
    assert request.node.funcargs["text"] == text


@pytest.mark.parametrize("given", [1, 2], indirect=True)
def test_indirect(given):
    assert given == 2


@pytest.mark.parametrize("wide", ["x", "y"], scope="module")
@pytest.mark.parametrize("narrow", [1, 2])
def test_scopes(wide, narrow, once):
    pass


def test_caplog(caplog):
    logging.warning("heard")
    assert [r.getMessage() for r in caplog.records] == ["heard"]
    assert caplog.get_records("setup") == []


@pytest.fixture
def logs():
    logging.warning("in set-up")


def test_caplog_phases(caplog, logs):
    assert [r.getMessage() for r in caplog.get_records("setup")] == ["in set-up"]
    assert caplog.records == []
    logging.warning("in the call")
    assert len(caplog.records) == 1


def test_capsys(capsys):
    print("one")
    assert capsys.readouterr().out == "one\n"
    print("left")


def test_capfd(capfd):
    print("two")
    assert capfd.readouterr().out == "two\n"


def test_capsys_fails(capsys):
    print("shown")
    assert 0


def test_tmp_path(tmp_path):
    assert tmp_path.name.startswith("test_tmp_path")
    (tmp_path / "file").write_text("")


def test_tmp_path_fails(tmp_path):
    assert 0


def test_monkeypatch(monkeypatch):
    monkeypatch.setenv("SOME", "thing")


def test_recwarn(recwarn):
    import warnings

    warnings.warn("recorded")
    assert len(recwarn) == 1


def test_property(record_property):
    record_property("key", "value")


def test_property_fails(record_property):
    record_property("key", 1)
    assert 0


def test_section(request):
    request.node.add_report_section("call", "mine", "some text")


def test_attribute(request):
    request.node.left = 3


def test_dynamic(request):
    assert request.getfixturevalue("once") == 1


def test_finalizer(request):
    request.addfinalizer(lambda: torn.append(1))


def test_finalized():
    assert torn == [1]


def test_finalizer_fails(request):
    def fail():
        raise ValueError("a finalizer")

    request.addfinalizer(fail)
    request.addfinalizer(fail)


class TestClass:
    made = 0

    def setup_method(self):
        type(self).made += 1
        print("set-up of a method")

    def teardown_method(self):
        print("teardown of a method")

    def test_one(self):
        self.attribute = 1

    def test_two(self):
        assert not hasattr(self, "attribute")
        assert self.made == 2


class TestPlainClass:
    def test_one(self):
        self.attribute = 1

    def test_two(self):
        assert not hasattr(self, "attribute")

    def test_fails(self):
        assert self is None

    @staticmethod
    def test_static():
        pass

    @classmethod
    def test_of_class(cls):
        pass


class TestCase(unittest.TestCase):
    def setUp(self):
        print("set-up")

    def test_passes(self):
        pass

    def test_fails(self):
        self.assertEqual(1, 2)

    def test_subtests(self):
        for i in range(3):
            with self.subTest(i=i):
                self.assertNotEqual(i, 1)


class TestMarked:
    pytestmark = pytest.mark.xfail(reason="the class")

    def test_fails(self):
        assert 0

    def test_passes(self):
        pass


def test_after_classes():
    pass
