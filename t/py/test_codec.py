"""prun.codec: values, reports and warnings come back as what they were."""
import decimal
import enum
import json
import math
import pathlib
import random
import warnings

import pytest
from prun import codec


def decode(data):
    """What src/convert.c does: untag() for every object with one member whose name starts with "$"."""

    def untag(obj):
        if len(obj) == 1 and next(iter(obj)).startswith("$"):
            return codec.untag(*next(iter(obj.items())))
        return obj

    return json.loads(data, object_hook=untag)


def through(obj):
    data = codec.encode(obj)
    assert type(data) is bytes
    return decode(data)


def equal(a, b):
    """Equal in type too, all the way down."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, dict):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a.items(), b.items()))
    return a == b


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -1,
        2**63 - 1,
        -(2**63),
        2**63,
        -(2**64),
        1.5,
        -0.0,
        1e308,
        5e-324,
        math.inf,
        -math.inf,
        "",
        "text",
        "ünïcödé ☃ 𝄞",
        "nul\0inside",
        'quote"back\\slash',
        "\u2028\x7f\x1b[0m",
        "\ud800",
        "half \udcff escaped",
        [],
        [1, [2, []]],
        (),
        (1, (2, [3, (4,)])),
        {},
        {"a": 1, "b": [2]},
        {"a": {"b": {"c": ()}}},
        {1: "int", None: "none", (1, 2): "tuple", b"b": "bytes", 1.5: "float"},
        {True: 1},
        {"$t": 1},
        {"$": 1},
        {"$unknown": [1]},
        {"$t": [1], "other": 2},
        {"\ud800": 1},
        {"nul\0key": 1},
        b"",
        b"\0\xff",
        {1, 2},
        frozenset({"a", ("b",)}),
        {frozenset({1}), frozenset()},
    ],
    ids=ascii,
)
def test_round_trip(value):
    assert equal(through(value), value)
    assert equal(through([value, {"in": (value,)}]), [value, {"in": (value,)}])


def test_nan():
    assert math.isnan(through(math.nan))


def test_one_surrogate_does_not_change_the_rest():
    value = {"bad": "\udc80", "good": ["ü", (1,), b"x"]}
    assert equal(through(value), value)


def test_subclasses_arrive_as_their_base():
    class Str(str):
        def __str__(self):
            return "wrong"

    class Int(int):
        def __repr__(self):
            return "wrong"

    class Dict(dict):
        pass

    assert equal(through(Str("right")), "right")
    assert equal(through(Int(7)), 7)
    assert equal(through(Dict(a=1)), {"a": 1})
    assert equal(through({Str("key"): 1}), {"key": 1})


def test_other_objects_arrive_as_their_repr():
    assert through(...) == "Ellipsis"
    assert through([range(3)]) == ["range(0, 3)"]
    # Who formats the value with %r shows what it would have shown of the object.
    assert repr(through({"n": range(3)})) == "{'n': range(0, 3)}"
    assert type(str(through(range(3)))) is str

    class Broken:
        def __repr__(self):
            raise RuntimeError("no")

    assert "Broken" in through(Broken())


def test_str_of_other_objects():
    class Color(enum.Enum):
        RED = "red"

    class Named(str, enum.Enum):
        RED = "red"

    for obj in (pathlib.PurePosixPath("a"), decimal.Decimal("1.50"), ValueError("v"), Color.RED, Named.RED):
        assert (str(through(obj)), repr(through(obj))) == (str(obj), repr(obj))
    assert through(Named.RED) == "red"
    assert str(through([pathlib.PurePosixPath("a")])) == "[PurePosixPath('a')]"


def test_repr_with_surrogates():
    class Odd:
        def __repr__(self):
            return "odd \udcff"

    assert through((Odd(),)) == ("odd \udcff",)


def test_cycles_come_to_an_end():
    cycle = [1]
    cycle.append(cycle)
    assert through(cycle)[0] == 1
    table = {"text": "kept"}
    table["self"] = table
    assert through(table)["text"] == "kept"


def test_deep_nesting_comes_to_an_end():
    deep = ()
    for _ in range(100_000):
        deep = (deep,)
    assert isinstance(through(deep), (tuple, str))


def test_number_with_more_digits_than_python_prints():
    codec.encode({"n": 10**5000})


def test_key_that_is_a_list_that_can_be_hashed():
    class Key(list):
        __hash__ = object.__hash__

    through({Key([1]): "value"})


def test_large_text():
    text = "x" * 5_000_000 + "\0☃"
    assert through({"longrepr": text}) == {"longrepr": text}


# ---- warnings ----


class Outer:
    class Inner(UserWarning):
        pass


class Picky(UserWarning):
    def __init__(self, number, *, text):
        super().__init__(f"{text} {number}")


def recorded(message, category=None):
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter("always")
        warnings.warn(message, category)
    return log[0]


def test_local_class():
    class Local(DeprecationWarning):
        pass

    back = codec.load_warning(through(codec.dump_warning(recorded(Local("local")))))
    assert back.category.__name__ == "Local"
    assert str(back.message) == "local"


@pytest.mark.parametrize(
    "message",
    [
        "plain",
        DeprecationWarning("deprecated"),
        UserWarning("several", 1, (2,)),
        UserWarning(),
        Outer.Inner("nested"),
        Picky(3, text="picky"),
        UserWarning("ünïcödé \udcff"),
        pytest.PytestWarning("of pytest"),
    ],
    ids=ascii,
)
def test_warning(message):
    given = recorded(message)
    back = codec.load_warning(through(codec.dump_warning(given)))
    assert type(back) is warnings.WarningMessage
    assert back.category is given.category
    assert isinstance(back.message, given.category)
    assert str(back.message) == str(given.message)
    assert (back.filename, back.lineno, back.line) == (given.filename, given.lineno, given.line)
    assert warnings.formatwarning(back.message, back.category, back.filename, back.lineno) == warnings.formatwarning(
        given.message, given.category, given.filename, given.lineno
    )


def test_module_that_is_gone():
    data = codec.dump_warning(recorded("x"))
    data.update(module="no.such.module", name="Lost")
    back = codec.load_warning(through(data))
    assert (back.category.__name__, back.category.__module__) == ("Lost", "no.such.module")
    assert str(back.message) == "x"


def hostile(rand, depth=0):
    """JSON that has the form of our own, and anything in it."""
    kind = rand.randrange(12 if depth < 4 else 6)
    if kind < 6:
        return [None, rand.random() < 0.5, rand.randrange(-9, 9), 1e300, "zz", "0x7f"][kind]
    inside = [hostile(rand, depth + 1) for _ in range(rand.randrange(4))]
    if kind < 9:
        name = rand.choice(["$t", "$s", "$z", "$d", "$b", "$u", "$i", "$n", "$r", "$", "$x"])
        return {name: rand.choice([inside, [inside[:2]], *inside, "AA=", "inf"])}
    return inside if kind < 11 else dict(zip("abcd", inside))


def test_what_a_test_has_written_raises_nothing():
    rand = random.Random(1)
    for _ in range(20000):
        decode(json.dumps(hostile(rand)))


def test_changed_bytes_raise_nothing():
    rand = random.Random(2)
    good = codec.encode({"t": (1, {2, 3}), (1,): b"x", "i": 2**70, "n": math.nan, "u": "\udc80", "r": object()})
    for _ in range(20000):
        data = bytearray(good)
        for _ in range(rand.randrange(1, 4)):
            data[rand.randrange(len(data))] = rand.choice(b'"$tszdbuinr[]{},:01')
        try:
            json.loads(data)
        except ValueError:
            continue  # C refuses it
        decode(bytes(data))


def test_passes_are_encoded_as_anything():
    """The shorter way to simple passes gives what the long one gives, and leaves the rest to it."""
    location = ("test_a.py", 3, "test_ä")
    simple = [["passed", 0, [0.1, 1.5, 2.5], {"ms": 0.5, "n": 3, "s": "x\0", "b": True, "o": None}, location]]
    assert codec.encode_passes(simple) == codec.encode(simple)
    for odd in (
        [["report", {}]],
        [["passed", 0, [0.1, float("nan"), 2.5], {}, None]],
        [["passed", 0, [1, 2.0, 2.5], {"a": (1,)}, None]],
        [["passed", 0, [1.0, 2.0, 2.5], {"a": 2**70}, None]],
        [["passed", 0, [1.0, 2.0, 2.5], {"$t": 1}, None]],
        [["passed", 0, [1.0, 2.0, 2.5], {"a": "\udc80"}, None]],
    ):
        assert codec.encode_passes(odd) is None
        codec.encode(odd)
