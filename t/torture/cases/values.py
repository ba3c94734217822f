"""Reports with values that JSON does not have."""
import pytest

EXPECT = {"test_fails": "failed", "test_skipped": "skipped"}


class Text(str):
    pass


class Rude:
    def __repr__(self):
        raise ValueError


def odd():
    cycle = []
    cycle.append(cycle)
    deep = []
    for _ in range(5000):
        deep = [deep]
    return [(1, 2), b"\xff", {1, 2}, float("nan"), 2**100, Text("x"), object(), Rude(), cycle, deep, {(1,): None}, "\ud800"]


def test_it(record_property):
    for i, value in enumerate(odd()):
        record_property(str(i), value)


def test_fails(record_property, request):
    for i, value in enumerate(odd()):
        record_property(str(i), value)
        request.node.keywords[f"k{i}"] = value
    request.node.add_report_section("call", "odd", "\ud800\0")
    raise ValueError(b"\xff", "\ud800")


@pytest.mark.skip(reason="\ud800\0")
def test_skipped():
    pass
