#!/usr/bin/env bash
# The short cut of fixtures: they are set up and finished in pytest's order, with pytest's requests and errors.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

same_words() {
    # Where all of pytest's frames are shown, so are their variables.
    sed -E 's/<bound method FixtureDef.finish of (<[^<>]*>)>/FINISH/g; s/<built-in method finish of FixtureDef object at 0x[0-9a-f]*>/FINISH/g
        s/in [0-9.]+s( \([0-9:]+\))?//; s/0x[0-9a-f]+/0xX/g; s/^=+|=+$//g; /^short cuts:/d' "$out" "$err"
}

# same DESCRIPTION ARGUMENTS...: with one worker, so that the order is that of the file.
same() {
    local what=$1
    shift
    PRUN_NO_FAST=fixtures${without+,$without} prun -n 1 -p no:cacheprovider "$@"
    local status=$rc
    same_words >"$work/without"
    PRUN_NO_FAST=${without-} prun -n 1 -p no:cacheprovider "$@"
    is "$rc" "$status" "$what: exit status"
    same_words >"$work/with"
    ok "$what: what is said" diff "$work/without" "$work/with"
}

# one: the suite without the hooks of its innermost folder, which would keep the short cut from being taken.
cp -R "$T/suites/fixtures" "$work/one"
rm -r "$work/one/package/deeper"

same 'all kinds' "$work/one" -rA
ok 'of which many pass' grep -Eq '[3-9][0-9] passed' "$out"
same 'without the short way of items' "$work/one" -rA -p no:faulthandler --capture=sys
without=run same 'by hooks' "$work/one" -rA
same 'in short' "$work/one" -q --tb=short
same 'with locals' "$work/one" --tb=long --showlocals -k 'fails or broken or yields or missing'
same '--setup-show' "$work/one" --setup-show
same '--full-trace' "$work/one" --full-trace -k 'fails or broken'
same 'warnings as errors' "$work/one" -W error -rA
same '--maxfail' "$work/one" --maxfail=2 -rA
same 'under a hook of a conftest' "$T/suites/fixtures" -rA

prun -n 1 -v "$work/one/package"
if "$PRUN_TEST_PYTHON" -c 'import pytest, sys; sys.exit(pytest.version_tuple < (8, 3))'; then
    has '^short cuts: [^;]*fixtures' 'the short cut is taken'
else
    has 'not fixtures: not for pytest' 'the short cut is for later releases'
fi
prun -n 1 -v "$T/suites/fixtures/package"
has 'not fixtures: ' 'it is not where a conftest hears of fixtures'
prun -n 1 -v --setup-show "$work/one/package"
has 'not fixtures: ' 'nor where pytest shows what is set up'

for how in 'pytest.exit("now")' 'raise KeyboardInterrupt' 'raise SystemExit(3)' 'import os; os._exit(3)'; do
    put conftest.py <<PY
import pytest

@pytest.fixture
def ends():
    print("it begins")
    yield
    print("it ends")

@pytest.fixture
def breaks(ends):
    $how
PY
    printf '%s\n' 'def test_1(): pass' 'def test_2(breaks): pass' 'def test_3(ends): pass' >test_ends.py
    same "a fixture that does: $how" "$work/suite" -rA
done

# What a fixture does before it fails is done once, whatever it depends on.
rm "$work/suite/conftest.py" "$work/suite/test_ends.py"
put test_once.py <<'PY'
import itertools

import pytest

count = itertools.count(1)


@pytest.fixture
def plain():
    return 1


@pytest.fixture
def yields(plain):
    yield


@pytest.fixture(scope="module")
def lasts():
    return 2


@pytest.fixture(params=[1, 2])
def param(request, yields):
    print("time", next(count))
    raise ValueError(request.param)


@pytest.fixture
def fails(yields, lasts, monkeypatch, capsys):
    print("time", next(count))
    raise ValueError


@pytest.fixture
def above(plain, fails):
    pass


@pytest.fixture
def asks(plain, request):
    for name in ("fails", "above"):
        with pytest.raises(ValueError):
            request.getfixturevalue(name)
    print("time", next(count))
    request.getfixturevalue("above")


class TestOnce:
    @pytest.fixture
    def fails(self, fails, lasts):
        pass

    def test_overrides(self, plain, fails):
        pass


def test_fails(fails, plain):
    pass


def test_above(plain, above):
    pass


def test_asks(asks):
    pass


def test_param(yields, param):
    pass
PY
same 'fixtures that depend on others and fail' "$work/suite" -rA
prun -n 1 -rA "$work/suite"
calls=$(grep -c '^time' "$out")
pytest -rA "$work/suite"
is "$calls" "$(grep -c '^time' "$out")" 'each of which was called as often as by pytest'
done_testing
