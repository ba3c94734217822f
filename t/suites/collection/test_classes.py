"""Methods: inherited, overridden, static, marked; classes that are odd."""
import abc
import unittest

import pytest

pytestmark = pytest.mark.of_module


class Base:
    def test_inherited(self):
        pass

    def test_overridden(self, first):
        pass

    @pytest.fixture
    def first(self):
        return 1


class TestDerived(Base):
    def test_own(self, first):
        pass

    def test_overridden(self):
        pass

    def test_same(self, first):
        pass

    def helper(self):
        pass

    @staticmethod
    def test_static(first):
        pass

    @classmethod
    def test_class(cls, first):
        pass

    @property
    def test_property(self):
        return 1

    class TestNested:
        def test_inside(self, first):
            pass

        def test_inside_too(self, first):
            pass


@pytest.mark.usefixtures("second")
class TestUses:
    def test_one(self):
        pass

    def test_two(self):
        pass


@pytest.mark.parametrize("n", [1, 2])
class TestParametrized:
    def test_one(self, n):
        pass

    def test_two(self, n, first):
        pass


class TestSetup:
    def setup_method(self):
        pass

    @classmethod
    def setup_class(cls):
        pass

    def test_one(self):
        pass

    def test_two(self):
        pass


class TestGenerates:
    def pytest_generate_tests(self, metafunc):
        if "made" in metafunc.fixturenames:
            metafunc.parametrize("made", "ab")

    def test_one(self, made):
        pass

    def test_two(self):
        pass


class TestInit:
    def __init__(self):
        pass

    def test_none(self):
        pass


class TestAbstract(abc.ABC):
    def test_abstract(self):
        pass

    def test_abstract_too(self):
        pass


class Meta(type):
    def __bool__(cls):
        return False


class TestMeta(metaclass=Meta):
    def test_one(self):
        pass

    def test_two(self):
        pass


class TestGetattribute:
    def __getattribute__(self, name):
        return object.__getattribute__(self, name)

    def test_one(self):
        pass

    def test_two(self):
        pass


class TestNo:
    __test__ = False

    def test_none(self):
        pass


class TestSlots:
    __slots__ = ()

    def test_one(self, first):
        pass

    def test_no_self():
        pass

    def test_keyword(self, *, first):
        pass

    def test_only_keywords(*, first, second):
        pass


class TestUnit(unittest.TestCase):
    def test_unit(self):
        pass

    def test_unit_too(self):
        pass
