#!/usr/bin/env bash
# Values in reports that JSON does not know arrive as they are, and cost no test its outcome.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

put conftest.py <<'PY'
import os

import pytest

VALUES = {
    "tuple": (1, (2, b"\0\xff")),
    "set": {1, frozenset({2})},
    "nan": float("nan"),
    "infinite": float("-inf"),
    "long": 2**70,
    "huge": 10**5000,
    "nul": "a\0b",
    "surrogate": "\ud800",
    "keys": {1: "a", None: "b", (1, 2): "c"},
    "tag": {"$t": [1]},
    "nul in a key": {"a\0b": 1},
    "surrogate in a key": {"\udc80": 1},
    "empty": {"": [(), {}, set(), b"", ""]},
    "deep": [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]],
}


class Key(list):
    __hash__ = object.__hash__


STRANGE = {
    "object": object(),
    "class": Key,
    "list as key": {Key([1]): 1},
    "cycle": None,
}
STRANGE["cycle"] = [STRANGE["cycle"]]
STRANGE["cycle"].append(STRANGE["cycle"])


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report):
    if hasattr(report, "node") and report.when == "call" and report.user_properties:
        (name, value), = report.user_properties
        if name in VALUES and repr(value) == repr(VALUES[name]) if name != "huge" else value == VALUES[name]:
            with open(os.environ["SEEN"], "a") as f:
                f.write(f"{name}\n")
PY
put test_values.py <<'PY'
import pytest
from conftest import STRANGE, VALUES


@pytest.mark.parametrize("name", [*VALUES, *STRANGE])
def test_value(name, record_property):
    record_property(name, {**VALUES, **STRANGE}[name])
PY
: >"$work/seen"
run env SEEN="$work/seen" "$PRUN" -n 2 -rA
is "$rc $(summary)" '0 18 passed' 'every test has its outcome'
is "$(sort "$work/seen" | paste -sd ,)" \
    'deep,empty,huge,infinite,keys,long,nan,nul,nul in a key,set,surrogate,surrogate in a key,tag,tuple' \
    'and every value arrives as it was'

fresh
put test_assert.py <<'PY'
import sys

import pytest


@pytest.mark.parametrize("text", ["\0", "\ud800", "\x1b[31m", "ü" * 3000, "\u2028"], ids=ascii)
def test_assert(text):
    print("out", ascii(text))
    sys.stdout.buffer.write(b"\xff\xfe\n")
    assert text == "", text
PY
pytest -q
want="$rc $(summary)"
prun -n 2 -q --junitxml="$work/junit.xml"
is "$rc $(summary)" "$want" 'odd texts in assertions'
ok 'and JUnit XML can be parsed' tool junit "$work/junit.xml"

done_testing
