"""Items that are built after one that pytest made."""
import gc
import sys

import _prun
import pytest

from prun.fast import blueprint
from prun.fast.blueprint import COPY, DICT, INPUT, JOINED, KEPT, LIST, LONGER, NAMED, OBJECT, SAME, SET


class Thing:
    __slots__ = ("slot", "__dict__")


def build(*step, others=()):
    return _prun.build(step, "name", len, others)


def test_values():
    given, inner = object(), []
    assert build(SAME, -1, given) is given
    assert build(INPUT, -1, 1) is len
    assert build(LIST, -1, -1) == []
    assert build(SET, -1) == set()
    assert build(DICT, -1, -1) == {}
    assert build(NAMED, -1, -1, -1) == {"name": True}
    assert [*build(NAMED, -1, 2, 3, others=({"a": 1, "name": 2}, "b")).items()] == [("name", 2), ("a", 1), ("b", True)]
    assert build(LONGER, -1, 2, others=(("a", "b"),)) == ("a", "b", "name")
    assert build(JOINED, -1, 2, others=("a::",)) == "a::name"
    copy = build(LIST, -1, 2, others=([inner],))
    assert copy == [inner] and copy[0] is inner
    copy = build(DICT, -1, 2, others=({"a": inner, "b": given},))
    assert copy == {"a": inner, "b": given} and copy["a"] is not inner


def test_object():
    attributes = (
        ("z", (LIST, 1, -1)), ("slot", (KEPT, -1, 1)), ("me", (KEPT, -1, 0)),
        ("other", (OBJECT, -1, Thing, (("of", (KEPT, -1, 0)),))),
    )  # fmt: skip
    thing = build(OBJECT, 0, Thing, attributes)
    assert type(thing) is Thing and list(vars(thing)) == ["z", "me", "other"]
    two = build(OBJECT, -1, Thing, (("a", (DICT, 2, 2)), ("b", (COPY, -1, (KEPT, -1, 2)))), others=({"x": []},))
    assert two.a == two.b and two.a is not two.b and two.a["x"] is two.b["x"]
    assert thing.slot is thing.z and thing.me is thing and thing.other.of is thing and gc.is_tracked(thing)


@pytest.mark.parametrize(
    "step",
    [
        (99, -1), (-1, -1), (), (SAME,), (INPUT, -1, 5), (INPUT, -1, 99), (KEPT, -1, 3), (KEPT, -1, 99), (JOINED, -1, 1),
        (LONGER, -1, 1), ("no", -1), (OBJECT, -1), (OBJECT, -1, Thing, (("z", (99, -1)),)),
        (OBJECT, 0, Thing, (("z", (LIST, -1, -1)), ("y", (99, -1)))), (OBJECT, -1, Thing, ((), ())),
    ],
)  # fmt: skip
def test_no_such_step(step):
    with pytest.raises((ValueError, IndexError, TypeError, SystemError)):
        build(*step)


def test_nothing_is_kept_alive():
    given = [object()]
    before = sys.getrefcount(given), sys.getrefcount(given[0])
    for _ in range(50):
        build(OBJECT, 0, Thing, (("a", (LIST, -1, 2)), ("b", (INPUT, -1, 2)), ("me", (KEPT, -1, 0))), others=(given,))
        with pytest.raises(ValueError):
            build(OBJECT, 0, Thing, (("b", (INPUT, -1, 2)), ("no", (99, -1))), others=(given,))
    gc.collect()
    assert (sys.getrefcount(given), sys.getrefcount(given[0])) == before


def made(request):
    """An item of a function of this file, as pytest makes it, and its inputs."""
    node = request.node
    item = type(node).from_parent(node.parent, name="test_an_item")
    info = item._fixtureinfo
    defs = info.name2fixturedefs
    return item, blueprint.inputs(node.parent, info.argnames, info.initialnames, list(info.names_closure), dict(defs))


def test_an_item(request):
    item, inputs = made(request)
    found = blueprint.of(item, inputs)
    other = _prun.build(found, "test_other", made, inputs)
    assert other.nodeid == item.nodeid.replace("test_an_item", "test_other")
    assert other.obj is made and other.keywords["test_other"] and "test_an_item" not in other.keywords
    assert other.fixturenames == item.fixturenames and other.fixturenames is not item.fixturenames
    assert other.listchain()[:-1] == item.listchain()[:-1] and repr(other) == "<Function test_other>"


@pytest.mark.parametrize(
    "change",
    [
        lambda item: setattr(item, "more", 1),
        lambda item: item.own_markers.append(1),
        lambda item: item.user_properties.append(("a", 1)),
        lambda item: item.keywords.update(more=1),
        lambda item: item.stash.__setitem__(pytest.StashKey(), 1),
        lambda item: setattr(item, "fixturenames", list(item.fixturenames)),
        lambda item: setattr(item, "originalname", "another"),
        lambda item: setattr(item, "user_properties", item._report_sections),
        lambda item: setattr(item._request, "more", 1),
        lambda item: setattr(item, "own_markers", ()),
    ],
)
def test_no_blueprint_of_what_is_not_known(request, change):
    item, inputs = made(request)
    change(item)
    assert blueprint.of(item, inputs) is None


@pytest.mark.parametrize("a, b", [(1, 2)])
def one_call(a, b):
    pass


def calls(request, *arguments):
    """Items of one_call() with these arguments, as pytest makes them."""
    module = request.node.parent
    one_call.pytestmark[:] = [pytest.mark.parametrize("a, b", arguments).mark, pytest.mark.xfail.mark]
    return list(module._genfunctions("one_call", one_call))


def test_a_call(request):
    first, second = calls(request, (1, 2), pytest.param(3, 4, id="parametrize"))
    inputs = blueprint.inputs_of_calls(first)
    found = blueprint.of_calls(first, inputs)
    other = _prun.build(found, second.name, one_call, (*inputs, second.callspec, second.callspec.id))
    assert blueprint.of_calls(second, blueprint.inputs_of_calls(second)) == found
    assert other.nodeid == second.nodeid and other.callspec is second.callspec
    assert [*other.keywords._markers.items()] == [*second.keywords._markers.items()]
    assert other.own_markers == second.own_markers and other._fixtureinfo is first._fixtureinfo
