#!/usr/bin/env bash
# Short cuts of collection: items are in every detail what they are without.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
export PYTHONPATH=$T/tools PYTHONHASHSEED=0 # sets are written, in the order of hashes

# collected NAME ARGUMENTS...: what a run with these arguments has collected, in $work/NAME, and said, in
# $work/NAME.out.  Ids that a suite makes up anew each time are not what is compared.
collected() {
    local name=$1
    shift
    COLLECTED=$work/raw run "$PRUN" -n 2 -v -p dump_collection "$@"
    sed -E 's/[0-9a-f]{8}-[0-9a-f-]{27}/UUID/g' "$work/raw" >"$work/$name"
    sed -E 's/[0-9a-f]{8}-[0-9a-f-]{27}/UUID/g; s/=+//g; s/ in [0-9.]+s//; s/0x[0-9a-f]+/0x/g; /^short cuts/d' \
        "$out" "$err" >"$work/$name.out"
}

# same DESCRIPTION ARGUMENTS...
same() {
    local what=$1
    shift
    collected without --no-fast "$@"
    local status=$rc
    collected with "$@"
    is "$rc" "$status" "$what: exit status"
    ok "$what: items" diff "$work/without" "$work/with"
    ok "$what: what is said" diff "$work/without.out" "$work/with.out"
}

use collection
same 'odd functions'
same 'odd functions and docstrings' --doctest-modules
same '-k' -k 'first or wants or same'
same '-m' -m 'own and not other'
same 'node ids' test_functions.py::test_wants_again test_classes.py::TestDerived \
    'test_parameters.py::test_values[2.5]' sub
same 'a file twice' test_plain.py test_plain.py --keep-duplicates
same 'debug' --debug=/dev/null
same 'names of their own' -o python_functions='test_*a* wants' -o python_classes=Base
! "$PRUN_TEST_PYTHON" -m pytest --help | grep -q collect_imported_tests ||
    same 'nothing that is imported' -o collect_imported_tests=false

put conftest.py <<'PY'
import pytest


@pytest.fixture
def first():
    return 1


@pytest.fixture
def second(first):
    return 2


def pytest_itemcollected(item):
    item.add_marker("other")


def pytest_pycollect_makeitem(collector, name, obj):
    if name == "test_d":
        return pytest.Function.from_parent(collector, name=name)


def pytest_generate_tests(metafunc):
    if metafunc.function.__name__ == "test_c":
        metafunc.parametrize("first", [1, 2])
PY
same 'hooks of the suite'
same 'all of a traceback' --full-trace

put conftest.py <<'PY'
import pytest
from _pytest.fixtures import FixtureManager


@pytest.fixture
def first():
    return 1


@pytest.fixture
def second(first):
    return 2


original = pytest.Function.__init__


def changed(self, *args, **kwargs):
    original(self, *args, **kwargs)
    self.user_properties.append(("changed", 1))


pytest.Function.__init__ = changed
PY
same 'a suite that changes pytest'
ok 'was changed' grep -q changed "$work/with"

put conftest.py <<'PY'
import pytest


@pytest.fixture
def first():
    return 1


@pytest.fixture
def second(first):
    return 2
PY
put sub/conftest.py <<'PY'
import pytest

original = pytest.Function._initrequest


def changed(self):
    original(self)
    self.funcargs["changed"] = 1


pytest.Function._initrequest = changed
PY
same 'a folder that changes pytest'
ok 'was changed' grep -q changed "$work/with"

use collection
put test_broken.py <<'PY'
import pytest


def test_plain():
    pass


def broken(value):
    raise ValueError(value)


@pytest.mark.parametrize("a", [1, 2], ids=broken)
def test_ids(a):
    pass
PY
put test_broken_class.py <<'PY'
import pytest


class Meta(type):
    def __call__(cls):
        raise ValueError("no instance")


class TestMeta(metaclass=Meta):
    def test_one(self):
        pass


class Descriptor:
    def __init__(self, function):
        self.__wrapped__ = function

    def __call__(self):
        pass

    def __get__(self, instance, owner):
        raise ValueError("no value")


class TestDescriptor:
    @pytest.mark.parametrize("a", [1])
    @Descriptor
    def test_one(self, a):
        pass

    def test_two(self):
        pass
PY
put test_broken_mark.py <<'PY'
import pytest


def test_one():
    pass


def test_two():
    pass


test_two.pytestmark = [3]


@pytest.mark.parametrize("b", [1])
def test_three(a):
    pass
PY
same 'what fails to be collected'
use collection
put test_exchange.py <<'PY'
from _pytest import fixtures, main, python

was = vars(python.PyCollector)["collect"], vars(main.Session)["genitems"], fixtures.reorder_items


def test_put_back():
    assert vars(python.PyCollector)["collect"] is not was[0]
    assert vars(main.Session)["genitems"] is not was[1]
    assert fixtures.reorder_items is not was[2]
    assert not hasattr(fixtures, "dir")
PY
prun -n 2 -v test_exchange.py
is "$rc" 0 'when tests run all is as it was'
has '^short cuts: .*collect' 'the short cut is taken'

# What plugins have under their names when the session begins: a fixture, one that is hidden, and what is none.
fresh
put odd.py <<'PY'
import enum
import functools
import os
import types

import pytest


@pytest.fixture
def plain():
    return 1


def decorated(function):
    @functools.wraps(function)
    def wrapper():
        pass

    return wrapper


class Ghost:
    def __getattr__(self, name):
        print("asked for", name)
        raise AttributeError(name)


class Meta(type):
    def __getattr__(cls, name):
        print("class asked for", name)
        raise AttributeError(name)


class Asking(metaclass=Meta):
    pass


class Colour(enum.Enum):
    RED = 1


class Wrapper:
    __wrapped__ = plain


class Slotted:
    __slots__ = ("in_slot",)

    def __init__(self):
        self.in_slot = plain


class Plugin:
    named = Colour.RED
    inner = Wrapper
    number, none = 1, None

    def __init__(self):
        self.number = plain
        self.own = plain

    @pytest.fixture
    def method(self):
        return 2

    @property
    def asked(self):
        print("property")

    @staticmethod
    @pytest.fixture
    def static():
        return 3

    @decorated
    @pytest.fixture
    def hidden():
        return 4


class Derived(Plugin):
    plain = None

    def __dir__(self):
        return ["derived", "method", "nowhere"]

    @pytest.fixture(name="other")
    def derived(self):
        return 5


class Everything(Plugin):
    def __getattribute__(self, name):
        return plain if name == "none" else object.__getattribute__(self, name)


ghost, wrapped, hidden = Ghost(), Wrapper(), decorated(plain)
colour, module = Colour.RED, types.ModuleType("module")
module.__getattr__ = Ghost().__getattr__


def pytest_configure(config):
    plugins = [Derived(), ghost, module, Asking, Wrapper]
    if "ODDER" in os.environ:
        plugins += [Slotted(), Everything(), Plugin(), Plugin]
    for number, plugin in enumerate(plugins):
        config.pluginmanager.register(plugin, f"odd{number}")
PY
put test_odd.py <<'PY'
def test_odd(plain, method, other):
    pass
PY
same 'fixtures of plugins' -p odd -s
ok 'which are there' grep -q 'FixtureDef other' "$work/with"
export ODDER=1 # old releases fail
same 'odder ones' -p odd -s
unset ODDER

for suite in "$T"/suites/*/; do
    use "$(basename "$suite")"
    same "suite $(basename "$suite")"
done
for suite in SF SX; do
    fresh
    "$PRUN_TEST_PYTHON" "$T/../bench/suites.py" . $suite >/dev/null
    same "suite $suite" $suite
done
done_testing
