"""Functions of all kinds, some next to one that looks the same and is not."""
import functools
import inspect
from unittest import mock

import pytest


def helper():
    pass


def test_plain():
    pass


def test_plain_again():
    pass


def test_wants(first):
    pass


def test_wants_again(first):
    pass


def test_default(first, other=1):
    pass


def test_keyword(*, first):
    pass


def test_keyword_again(*, first):
    pass


def test_keyword_default(*, first, other=None):
    pass


def test_rest(first, *args, **kwargs):
    pass


def test_positional(first, /):
    pass


def test_unknown_fixture(nobody_has_it):
    pass


def test_request(request, tmp_path):
    pass


@pytest.mark.skip(reason="marked")
def test_marked():
    pass


@pytest.mark.own(1, two=2)
@pytest.mark.other
def test_marked_twice(first):
    pass


@pytest.mark.usefixtures("first")
def test_uses():
    pass


@pytest.mark.usefixtures("second")
def test_uses_another():
    pass


def test_after_uses():
    pass


def with_attribute():
    pass


def test_attribute():
    pass


test_attribute.answer = 42
with_attribute.__test__ = True


def test_not():
    pass


test_not.__test__ = False


def test_single_mark():
    pass


test_single_mark.pytestmark = pytest.mark.single


def wrapped(function):
    @functools.wraps(function)
    def test_inner(*args, **kwargs):
        return function(*args, **kwargs)

    return test_inner


@wrapped
def test_wrapped(first):
    pass


def _signed():
    pass


test_signed = _signed
test_signed.__signature__ = inspect.Signature(
    [inspect.Parameter("second", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
)


@mock.patch("os.getpid")
def test_patched(getpid, first):
    pass


@mock.patch("os.getpid", new=len)
def test_patched_new(first):
    pass


def _partial(first, second):
    pass


test_partial = functools.partial(_partial, second=3)
test_lambda = lambda first: None  # noqa: E731
test_same_again = test_plain
test_value = 3


async def test_coroutine():
    pass


class Callable:
    def __call__(self, first):
        pass


test_callable = Callable()
globals()["test_odd::name/x"] = lambda: None
globals()["test_odd[1]"] = lambda first: None


@pytest.fixture
def test_looks_like_a_test():
    pass


def test_last(first):
    pass
