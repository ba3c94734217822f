"""_prun.fixture_names() and total(): what holds fixtures is looked through."""
import _prun
import pytest

BARE, PLAIN, MARKS = frozenset((int, str)), frozenset((type(len), type(lambda: 0))), ("mark", "other")


def names(values, own=(), ask=lambda value: False):
    return _prun.fixture_names([*values, "absent"], own, values, BARE, PLAIN, MARKS, ask)


def marked(name):
    def function():
        pass

    setattr(function, name, 1)
    return function


def test_names():
    values = {"number": 1, "text": "", "function": lambda: 0, "own": 2, "mark": marked("mark"), "odd": marked("odd")}
    assert names(values, own=("own",)) == ["own", "mark", "absent"]
    assert names({"other": marked("other")}) == ["other", "absent"]


def test_other_kinds_are_asked_for():
    class Kind:
        pass

    asked = []
    given = Kind(), Kind()
    assert names({"a": given[0], "b": 1, "c": given[1]}, ask=lambda v: asked.append(v) or len(asked) > 1) == ["c", "absent"]
    assert asked == [*given]


def test_what_cannot_be_asked_is_said():
    with pytest.raises(ZeroDivisionError):
        names({"a": ()}, ask=lambda value: 1 // 0)
    with pytest.raises(TypeError):
        _prun.fixture_names({}, (), {}, BARE, PLAIN, MARKS, bool)
    with pytest.raises(AttributeError):
        _prun.fixture_names(["a"], (), {"a": None}, BARE, frozenset((type(None),)), MARKS, bool)


def test_total():
    assert _prun.total({}) == 0
    assert _prun.total({"a": [1, 2], "b": []}) == 2
    assert _prun.total({"a": {"c": [1], "d": {"e": [1, 2, 3]}}}) == 4
    for other in (1, {"a": 1}, {"a": {"b": ()}}):
        assert _prun.total(other) == -1


def test_a_metaclass_is_not_asked():
    class Meta(type):
        def __eq__(cls, other):
            return cls is other

    class Thing(metaclass=Meta):
        pass

    assert names({"a": Thing(), "b": Thing}) == ["absent"]


def test_a_value_may_go_away_when_it_is_asked_for():
    values = {}

    def ask(value):
        values["a"] = None
        return value

    values["a"] = ["kept"] * 3
    assert names(values, ask=ask) == ["a", "absent"]
