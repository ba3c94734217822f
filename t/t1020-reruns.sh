#!/usr/bin/env bash
# --reruns and the marker flaky: tests that fail run again.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

if "$PRUN_TEST_PYTHON" -c 'import pytest_rerunfailures' 2>/dev/null; then
    skip 'pytest-rerunfailures is installed' 'the options are its own'
    done_testing
fi

put nth.py <<'PY'
import os
from pathlib import Path


def nth(name):
    """How often this has been called with the name, in all processes of the run."""
    with open(Path(os.environ["EVENTS"]) / name, "a+") as f:
        f.write("x")
        return f.tell()
PY
put test_some.py <<'PY'
import os

import pytest

from nth import nth

here = []


@pytest.fixture(scope="module")
def module():
    here.append(nth("module"))


@pytest.fixture
def setup():
    assert nth("setup") > 1


@pytest.fixture(scope="module")
def setup_module():
    assert nth("setup_module") > 1


@pytest.fixture
def teardown():
    yield
    assert nth("teardown") > 1


def test_third(module):
    print("words of an attempt")
    assert nth("third") > 2


def test_passes(module):
    pass


def test_setup(setup):
    pass


def test_setup_module(setup_module):
    pass


def test_teardown(teardown):
    pass


@pytest.mark.flaky(reruns=1)
def test_marked():
    assert nth("marked") > 1


@pytest.mark.flaky(reruns=0)
def test_marked_never():
    assert nth("never") > 1


@pytest.mark.flaky(reruns=3, only_rerun="^ValueError: this")
def test_only():
    raise ValueError("this" if nth("only") < 2 else "that")


@pytest.mark.flaky(3, rerun_except=[KeyError])
def test_except():
    raise (ValueError if nth("except") < 2 else KeyError)


@pytest.mark.flaky(reruns=3, condition=lambda e: isinstance(e, OSError))
def test_condition():
    raise (OSError if nth("condition") < 2 else ValueError)


@pytest.mark.xfail
def test_xfails():
    assert nth("xfails") > 1


def test_always():
    raise RuntimeError(f"for the {nth('always')}. time")


class TestClass:
    def test_instance(self):
        assert not hasattr(self, "left")
        self.left = True
        assert nth("instance") > 1
PY
put test_crash.py <<'PY'
import os

from nth import nth


def test_crashes():
    if nth("crash") == 1:
        os._exit(9)
PY
clean() { rm -rf "$EVENTS" && mkdir "$EVENTS"; }

for workers in '-n 2 --dist loadfile' '-n 1 --xdist-exact' ''; do
    clean
    # shellcheck disable=SC2086
    prun $workers --reruns 2 --junitxml="$work/junit.xml" test_some.py
    is "$rc" 1 "prun $workers --reruns: the exit status"
    is "$(summary)" '5 failed, 7 passed, 1 xfailed, 12 rerun' "prun $workers: what became of each"
    has '^=+ 6 flaky tests: failed, and passed when run again =+$' "prun $workers: who was flaky"
    has '^test_some.py::test_third failed 2 times: AssertionError: assert 1 > 2$' "prun $workers: with what"
    is "$(grep -c '^words of an attempt' "$out")" 0 "prun $workers: an attempt's output is not shown"
    has '^E +RuntimeError: for the 3. time' "prun $workers: the last failure is"
    is "$(wc -c <"$EVENTS/module")" 1 "prun $workers: a wider fixture stays set up"
    is "$(wc -c <"$EVENTS/never")" 1 "prun $workers: the marker is stronger than the option"
    is "$(grep -o '<testcase' "$work/junit.xml" | wc -l)" 13 "prun $workers: one JUnit testcase for each"
    ok "prun $workers: with the attempts of a flaky one" \
        grep -q 'name="test_third"[^>]*><flakyFailure message="AssertionError: assert 1 &gt; 2" type="AssertionError"><stackTrace>' "$work/junit.xml"
    ok "prun $workers: and of one that failed" grep -q '<rerunFailure message="RuntimeError: for the 1. time" type="RuntimeError"' "$work/junit.xml"
    ok "prun $workers: in set-up" grep -q '<flakyError' "$work/junit.xml"
done

clean
prun -n 2 --dist loadfile --reruns-fresh --reruns 2 test_some.py
is "$(summary)" '5 failed, 7 passed, 1 xfailed, 12 rerun' '--reruns-fresh: what became of each'
is "$(wc -c <"$EVENTS/module")" 3 '--reruns-fresh: each attempt has fixtures of its own'
clean
prun --reruns-fresh --reruns 2 test_some.py
is "$(summary)" '5 failed, 7 passed, 1 xfailed, 12 rerun' '--reruns-fresh without workers'
clean
prun -n 2 --isolate --reruns 2
is "$(summary)" '5 failed, 8 passed, 1 xfailed, 13 rerun' '--isolate: each attempt in a process of its own'
clean
prun --isolate --reruns 2
is "$(summary)" '5 failed, 8 passed, 1 xfailed, 13 rerun' '--isolate without workers'
clean
prun -n 2 --isolate=unit --reruns 2
is "$(summary)" '5 failed, 8 passed, 1 xfailed, 13 rerun' '--isolate=unit'

clean
prun -n 2 --reruns 1 --fail-on-flaky --junitxml="$work/junit.xml" test_crash.py test_some.py::test_passes
is "$(summary)" '2 passed, 1 rerun' 'a test whose worker crashed is run again'
is "$rc" 7 '--fail-on-flaky'
is "$(grep -o '<testcase' "$work/junit.xml" | wc -l)" 2 'one JUnit testcase for it'
clean
prun -n 2 test_crash.py
is "$(summary)" '1 failed' 'not asked for, not done'
clean
prun -n 2 --dist each --reruns 1 test_some.py::test_setup test_some.py::test_always
is "$(summary | sed 's/, [0-9] rerun//')" '2 failed, 2 passed' '--dist each'
for mode in each exact; do
    # each worker has a list of its own: there a crash is final
    case $mode in each) set -- --dist each ;; *) set -- --xdist-exact ;; esac
    clean
    prun -n 2 "$@" --reruns 1 test_crash.py test_some.py::test_passes
    case $mode in each) is "$rc $(summary)" '1 1 failed, 3 passed' '--dist each: a crash has failed, and is not passed over' ;;
    *) is "$rc $(summary)" '0 2 passed, 1 rerun' '--xdist-exact: a test whose worker crashed is run again' ;; esac
done
set --
clean
prun -n 2 --reruns 2 --only-rerun RuntimeError test_some.py::test_always test_some.py::test_third
is "$(summary)" '2 failed, 2 rerun' '--only-rerun'
clean
prun -n 2 --reruns 2 --rerun-except RuntimeError test_some.py::test_always test_some.py::test_third
is "$(summary)" '1 failed, 1 passed, 2 rerun' '--rerun-except'
clean
prun -n 1 -x --reruns 2 test_some.py
is "$(summary)" '1 failed, 6 passed, 6 rerun' '-x counts the last attempt only'
clean
prun -n 1 -v test_some.py
has 'short cuts: .*run' 'tests without the marker take the short way'
is "$(summary | grep -o '[0-9]* rerun')" '4 rerun' 'the marker alone'
clean
printf '[pytest]\nreruns = 2\nreruns_delay = 0\nonly_rerun =\n  RuntimeError\n' >pytest.ini
prun -n 2 test_some.py::test_always test_some.py::test_third -rR
is "$(summary)" '2 failed, 2 rerun' 'the ini-file'
has '^RERUN test_some.py::test_always: RuntimeError: for the 1. time' '-rR'
rm pytest.ini
prun -n 2 --reruns 1 --only-rerun '('
is "$rc" 4 'no regular expression'
prun --reruns 1 --pdb
is "$rc" 4 '--pdb'
for option in --reruns-delay=nan --reruns-delay=inf '-o reruns_delay=nan' --reruns=x '-o reruns=x'; do
    # shellcheck disable=SC2086
    prun -n 2 $option
    is "$rc" 4 "$option"
done
for arguments in 'reruns="x"' '"x"' '1.5' 'reruns=None' 'reruns_delay="x"' 'reruns_delay=float("nan")' '1, None' 'only_rerun=1' \
    'only_rerun=[1]' 'rerun_except="("'; do
    printf '%s\n' 'import pytest' "@pytest.mark.flaky($arguments)" 'def test_marked(): pass' >test_wrong.py
    prun -n 1 test_wrong.py
    is "$rc $(grep -c '^ERROR: test_wrong.py::test_marked: flaky: [a-z_]* must be a .*, not ' "$err")" '4 1' "flaky($arguments)"
done
prun test_wrong.py
is "$rc" 4 'the same without workers'

fresh
put test_subtests.py <<'PY'
import pytest

tried = []


def test_parts(subtests):
    tried.append(1)
    for i in range(2):
        with subtests.test(i=i):
            assert i or len(tried) > 1
PY
for workers in '-n 1' ''; do
    # shellcheck disable=SC2086
    prun $workers --reruns 1 -x
    case $(cat "$out") in
    *"fixture 'subtests' not found"*) skip 'this pytest has none' "prun $workers: subtests" ;;
    *) is "$rc $(summary | sed 's/2 subtests passed, //')" '0 1 passed, 1 rerun' "prun $workers: subtests of an attempt are forgotten" ;;
    esac
done

done_testing
