"""The suites that other runners measure themselves on: their shapes, written anew after what they publish.

Each maker returns {file name: text}; the same text for pytest and for every other runner, so that all run the
same tests.  Whatever a runner offers in the place of `import pytest` is left out: ours are suites of pytest.
"""
from functools import partial


def _join(*parts):
    return "\n\n".join(parts) + "\n"


# ---------------------------------------------------------------- rpytest

_RPYTEST_DATA = (
    "import pytest\n\n\n"
    "@pytest.fixture\n"
    'def simple_data():\n    return {"key": "value", "numbers": list(range(100)), "nested": {"a": 1, "b": 2}}\n\n\n'
    '@pytest.fixture(scope="session")\n'
    'def session_data():\n    return {"session_id": 12345}\n'
)


def _rpytest_method(i):
    return f'    def test_simple_{i}(self):\n        assert {i} + 1 == {i + 1}\n        assert "hello" == "hello"\n'


def _rpytest_function(i):
    """Sums, strings, lists, dictionaries and a fixture, in turns."""
    return (
        f"def test_math_{i}():\n    assert sum(range({i + 10})) == {sum(range(i + 10))}\n",
        f'def test_string_{i}():\n    assert len("test" * {i + 1}) == {4 * (i + 1)}\n',
        f"def test_list_{i}():\n    numbers = list(range({i + 20}))\n    assert numbers[-1] == {i + 19}\n",
        f"def test_dict_{i}():\n    twice = {{k: k * 2 for k in range({i + 5})}}\n    assert twice[0] == 0\n",
        f'def test_fixture_{i}(simple_data):\n    assert len(simple_data["numbers"]) == 100\n',
    )[i % 5]


def rpytest(methods):
    """20 files of a class with `methods` tests and 12 functions."""
    files = {"conftest.py": _RPYTEST_DATA}
    for f in range(20):
        suite = f"class TestSuite{f}:\n" + "\n".join(map(_rpytest_method, range(methods)))
        files[f"test_suite_{f:02}.py"] = _join(
            "import math\nimport time\n\nimport pytest\n", suite, *map(_rpytest_function, range(12))
        )
    return files


# ---------------------------------------------------------------- rustest

_RUSTEST_HEAD = """\
import pytest

MODULE_OFFSET = {offset}


@pytest.fixture(scope="module")
def module_offset():
    return MODULE_OFFSET


@pytest.fixture
def sample_data(module_offset):
    return {{"offset": module_offset, "double": module_offset * 2}}


@pytest.fixture
def combine(module_offset):
    def _combine(value):
        return module_offset + value

    return _combine


@pytest.fixture(scope="class")
def class_shared(module_offset):
    return {{"offset": module_offset, "values": []}}
"""


def _rustest_plain(i, _count):
    return f"def test_basic_{i}(module_offset):\n    value = module_offset + {i}\n    assert value - module_offset == {i}\n"


def _rustest_fixture(i, _count):
    return (
        f"def test_fixture_{i}(module_offset, combine, sample_data):\n"
        f"    assert combine({i}) - module_offset == {i}\n"
        '    assert sample_data["offset"] == module_offset\n'
    )


def _rustest_parametrized(i, count):
    cases = ", ".join(f"({i * 5 + c}, {i * 5 + c + 1})" for c in range(count))
    return (
        f'@pytest.mark.parametrize("value, expected", [{cases}])\n'
        f"def test_parametrized_{i}(module_offset, combine, value, expected):\n"
        "    assert combine(value) - module_offset == value\n"
        "    assert expected == value + 1\n"
    )


def _rustest_class(i, count):
    methods = (
        f"    def test_method_{m}(self, class_shared, combine, module_offset):\n"
        f"        result = combine({i} + {m})\n"
        '        class_shared["values"].append(result)\n'
        "        assert result >= module_offset\n"
        for m in range(count)
    )
    return f"class TestGenerated{i}:\n" + "\n".join(methods)


# What comes in turns, and how many tests it makes where there is room for them.
_RUSTEST_CYCLE = ((_rustest_plain, 1), (_rustest_fixture, 1), (_rustest_parametrized, 3), (_rustest_class, 3))


def rustest(count):
    """`count` tests, plain / fixture / parametrize / class in turns, at most 250 in a file."""
    files, made = {}, 0
    while made < count:
        end = min(made + 250, count)
        parts, turn = [_RUSTEST_HEAD.format(offset=made)], 0
        name = f"test_generated_{len(files):03}.py"
        while made < end:
            part, most = _RUSTEST_CYCLE[turn % 4]
            many = min(most, end - made)
            parts.append(part(made, many))
            made, turn = made + many, turn + 1
        files[name] = _join(*parts)
    return files


def rustest_parameters():
    """1 test with 10,000 pairs of parameters in 1 file"""
    return {
        "test_large_parametrize.py": (
            "import pytest\n\n\n"
            '@pytest.mark.parametrize("value, expected", [(i, i * 2) for i in range(10_000)])\n'
            "def test_double(value, expected):\n    assert value * 2 == expected\n"
        )
    }


# ---------------------------------------------------------------- tezt


def _tezt_trivial(f, t):
    sums = ((f * 131 + t * 17 + k, t * 29 + k * 7) for k in range(3))
    return f"def test_trivial_{t:04}():\n" + "".join(f"    assert {a} + {b} == {a + b}\n" for a, b in sums)


def _tezt_parametrized(f, t):
    cases = ", ".join(f"({f + c}, {t + c}, {f + t + 2 * c})" for c in range(5))
    return f'@pytest.mark.parametrize("a,b,expected", [{cases}])\ndef test_param_{t:04}(a, b, expected):\n    assert a + b == expected\n'


def _tezt_fixture(f, t):
    return f"def test_fixture_{t:04}(shared_value):\n    assert shared_value == {f}\n    assert shared_value * 2 == {f * 2}\n"


def _tezt_class(f, t):
    return (
        f"class TestGroup{t:04}:\n"
        f"    def test_method_a(self):\n        assert {f + t} * 2 == {2 * (f + t)}\n\n"
        f"    def test_method_b(self):\n        assert {f + t} - {f + t} == 0\n"
    )


# Of 20 definitions: 70 % trivial, 15 % parametrized five times, 10 % with a module's fixture, 5 % classes of two.
_TEZT_MIX = (_tezt_trivial,) * 14 + (_tezt_parametrized,) * 3 + (_tezt_fixture,) * 2 + (_tezt_class,)


def tezt_trivial():
    """10,000 tests with three assertions each, in 500 files"""
    return {f"test_gen_{f:04}.py": _join(*(_tezt_trivial(f, t) for t in range(20))) for f in range(500)}


def tezt_mixed():
    """6,600 tests in 200 files: trivial 70 %, parametrized 15 %, fixtures 10 %, classes 5 % of the definitions"""
    files = {}
    for f in range(200):
        head = f'import pytest\n\n\n@pytest.fixture(scope="module")\ndef shared_value():\n    return {f}\n'
        files[f"test_gen_{f:04}.py"] = _join(head, *(_TEZT_MIX[(f * 7 + t) % 20](f, t) for t in range(20)))
    return files


def sized(make, doc, **arguments):
    """A maker of one size, with a description of its own."""
    made = partial(make, **arguments)
    made.__doc__ = doc
    return made


RUSTEST_SIZES = (1, 5, 20, 100, 500, 1_000, 2_000, 5_000)
SUITES = {
    "rpytest-480": sized(rpytest, "480 tests in 20 files: a class of 12, 12 functions", methods=12),
    "rpytest-500": sized(rpytest, "500 tests in 20 files: a class of 13, 12 functions", methods=13),
    **{
        f"rustest-{n}": sized(rustest, f"{n:,} tests: plain, fixture, parametrize, class in turns", count=n)
        for n in RUSTEST_SIZES
    },
    "rustest-params": rustest_parameters,
    "tezt-trivial": tezt_trivial,
    "tezt-mixed": tezt_mixed,
}
TESTS = {
    "rpytest-480": 480, "rpytest-500": 500, **{f"rustest-{n}": n for n in RUSTEST_SIZES},
    "rustest-params": 10_000, "tezt-trivial": 10_000, "tezt-mixed": 6_600,
}  # fmt: skip
