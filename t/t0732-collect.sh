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

# A suite's code that runs while it is looked through.
fresh
put test_metaclass.py <<'PY'
import sys


class NoHash(type):
    def __eq__(cls, other):
        return cls is other


class Sweeping(type):
    def __hash__(cls):
        names = vars(sys.modules[__name__])
        names.update(dict.fromkeys([n for n in names if n.startswith("z_")]))
        return 1

    def __eq__(cls, other):
        return cls is other


class A(metaclass=NoHash):
    pass


class B(metaclass=Sweeping):
    pass


a = A()
globals().update({f"z_{i}": B() for i in range(50)})


def test_one():
    pass


def test_two():
    pass
PY
same 'metaclasses whose classes have a hash of their own, or none'
exec 9>"$work/open" # files are looked for at the end
prun -n 2 -q
exec 9>&-
is "$rc $(grep -c Error "$err")" '0 0' 'nor does the end of a run ask for one'
fresh
put test_rebound.py <<'PY'
import pytest


def other(value):
    def test_c():
        assert 0, "another"

    globals()["test_c"] = test_c
    return str(value)


def test_a():
    pass


@pytest.mark.parametrize("x", [1, 2], ids=other)
def test_b(x):
    pass


def test_c():
    pass


def test_d():
    pass
PY
same 'a function that another one takes the place of'
put test_rebound.py <<'PY'
import pytest


def gone(value):
    globals().pop("test_c", None)


def test_a():
    pass


@pytest.mark.parametrize("x", [1, 2], ids=gone)
def test_b(x):
    pass


def test_c():
    pass
PY
same 'a function that is gone'
put test_rebound.py <<'PY'
import pytest


@pytest.mark.parametrize("x", [1, 2, 3])
def test_a(x):
    pass
PY
put conftest.py <<'PY'
import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector, name, obj):
    if not name.startswith("test_"):
        return None
    items = []
    for item in collector._genfunctions(name, obj):
        obj.calls = len(items)
        items.append(item)
    return items


def pytest_collection_modifyitems(items):
    for number, item in enumerate(list(items)):
        item.obj.pytestmark.append(getattr(pytest.mark, "xfail" if number else "skip").mark)
        items.append(
            pytest.Function.from_parent(
                item.parent,
                name=item.name,
                callspec=item.callspec,
                fixtureinfo=item._fixtureinfo,
                keywords={item.callspec.id: True},
                originalname=item.originalname,
            )
        )
PY
same 'marks and attributes that come between calls'
fresh
put test_a.py <<'PY'
def test_a(request):
    pass


def test_b(request):
    pass
PY
put test_b.py <<'PY'
from _pytest import fixtures

NAME = "TopRequest" if hasattr(fixtures, "TopRequest") else "FixtureRequest"


class Mine(getattr(fixtures, NAME)):
    mine = True


setattr(fixtures, NAME, Mine)


def test_a(request):
    assert request.mine


def test_b(request):
    assert request.mine
PY
same 'a request of another class'
is "$rc" 0 'is what tests get'
put test_b.py <<'PY'
import pytest


def noting(self, name, value):
    object.__setattr__(self, name, value)
    if not name.startswith("noted"):
        object.__setattr__(self, "noted", getattr(self, "noted", 0) + 1)


pytest.Function.__setattr__ = noting


def test_a(request):
    assert request.node.noted


def test_b(request):
    assert request.node.noted
PY
same 'a method that is added to items'
fresh
put test_nested.py <<'PY'
import gc
import os

import pytest


def nested(value):
    if "NESTED" not in os.environ:
        os.environ["NESTED"] = "1"
        pytest.main(["-q", "--collect-only", "-p", "no:cacheprovider", "nested"])


@pytest.mark.parametrize("x", [1, 2], ids=nested)
def test_a(x):
    assert gc.isenabled()


def test_b():
    assert gc.isenabled()
PY
put nested/test_inner.py <<'PY'
def test_one():
    pass


def test_two():
    pass
PY
same 'another run of pytest while tests are collected' test_nested.py
is "$rc" 0 'the collector of cycles is on afterwards'
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
