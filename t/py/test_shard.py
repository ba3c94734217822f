"""prun.choosing.shard: a division of files into parts of about the same weight."""
import random
import types

import pytest
from prun.choosing import shard


def items(*ids):
    return [types.SimpleNamespace(nodeid=nodeid) for nodeid in ids]


def choose(part, parts, found, known=None):
    plugin = shard.Shard(part, parts, known)
    return [item.nodeid for item in plugin.choose(None, found)], plugin.line


@pytest.mark.parametrize("seed", range(20))
def test_every_test_is_in_one_part(seed):
    draw = random.Random(seed)
    ids = [f"test_{draw.randrange(9)}.py::test_{i}" for i in range(draw.randrange(1, 60))]
    known = {nodeid: draw.randrange(10**6) for nodeid in ids if draw.random() < 0.5} or None
    parts = draw.randrange(1, 12)
    seen, lines = [], set()
    for part in range(1, parts + 1):
        shuffled = items(*ids)
        draw.shuffle(shuffled)
        found, line = choose(part, parts, shuffled, known)
        assert found == [item.nodeid for item in shuffled if item.nodeid in found]
        seen += found
        lines.add(line.rpartition(" ")[2])
    assert sorted(seen) == sorted(ids)
    assert len(lines) == 1


def test_parts_weigh_the_same_within_a_file():
    draw = random.Random(1)
    weights = {f"{n}": draw.randrange(1, 100) for n in range(200)}
    load = [0] * 7
    for name, part in shard.divide(weights, 7).items():
        load[part] += weights[name]
    assert max(load) - min(load) <= 100


def test_files_stay_whole():
    found, _ = choose(1, 2, items("a.py::1", "b.py::1", "a.py::C::2", "a.py::3"))
    assert found == ["a.py::1", "a.py::C::2", "a.py::3"]


def test_durations_count_where_they_are_known():
    ids = items("a.py::1", "a.py::2", "b.py::1", "c.py::1", "c.py::2")
    known = {"b.py::1": 10**7, "a.py::1": 5, "c.py::1": 5}
    assert choose(1, 2, ids, known)[0] == ["b.py::1"]
    assert choose(2, 2, ids, known)[0] == ["a.py::1", "a.py::2", "c.py::1", "c.py::2"]


def test_another_division_has_another_name():
    ids = items("a.py::1", "b.py::1", "b.py::2")
    assert choose(1, 2, ids)[1] != choose(1, 2, ids, {"a.py::1": 10**6, "b.py::1": 1})[1]
    assert choose(1, 2, ids)[1] != choose(1, 2, ids[:2])[1]


def test_nothing_known_of_any_test_and_odd_names():
    assert choose(1, 1, items("\udc80.py::1"), {"b.py::1": 3})[0] == ["\udc80.py::1"]
    assert choose(1, 1, [])[0] == []
