#!/usr/bin/env bash
# A test that ends its worker costs that one test, in every mode.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

# outcomes: "FAILED id" and the like, sorted; needs -rA.
outcomes() { grep -E '^(FAILED|PASSED|ERROR) ' "$out" | sed 's/ - .*//' | sort; }

use crash
{
    printf 'FAILED test_crash.py::%s\n' TestGroup::test_segfault_in_class test_abort test_close_all test_close_std \
        test_exit_0 test_exit_1 test_garbage test_interrupt test_kill test_kill_group test_pytest_exit test_segfault \
        test_system_exit test_term
    printf 'PASSED test_crash.py::%s\n' TestGroup::test_one TestGroup::test_two test_between\[{0,1,2}] test_first \
        test_last\[{0,1,2,3,4}]
} | sort >"$work/once"
sort "$work/once" "$work/once" >"$work/twice"

for mode in load loadscope loadfile loadgroup worksteal duration each; do
    prun -n 2 --dist $mode -rA
    is "$rc" 1 "$mode: exit status"
    wanted=$work/once
    [ $mode != each ] || wanted=$work/twice
    ok "$mode: exactly one outcome for each test" diff <(outcomes) "$wanted"
    ok "$mode: no process left" none_left
done
prun -n 1 -rA
ok 'one worker: exactly one outcome for each test' diff <(outcomes) "$work/once"

# ---- what the report says ----

# report NAME: the part of the output that is about a failed test, in $report.
report() { report=$(sed -nE "/^_+ $1 _+\$/,/^(_+ .* _+|=+ .* =+)\$/p" "$out"); }
says() { ok "$2" grep -Eq -e "$1" <<<"$report"; }

report test_segfault
says 'SIGSEGV \(Segmentation fault\)' 'a segfault is named'
says '^printed before the fault' 'its report has what was printed'
says '^to stderr before the fault' 'and what went to sys.stderr'
says '^written before the fault' 'and what was written to descriptor 2'
says 'Fatal Python error: Segmentation fault' "and faulthandler's traceback"
says 'test_crash.py", line [0-9]+ in test_segfault' 'which has the line'
report test_abort
says 'SIGABRT' 'abort is named'
says 'line [0-9]+ in test_abort' "abort: faulthandler's traceback"
report test_kill
says 'SIGKILL' 'SIGKILL is named'
report test_exit_0
says 'status 0' 'os._exit(0) is a crash'
report test_exit_1
says 'status 1' 'os._exit(1) is named'
report test_pytest_exit
says 'enough' 'pytest.exit: its reason'
report test_interrupt
says 'KeyboardInterrupt' 'KeyboardInterrupt by a test is a failure of that test'

# ---- reports that others read ----

prun -n 2 --junitxml="$work/junit.xml" -q
ok 'JUnit XML has every test once, crashes too' diff \
    <(tool junit "$work/junit.xml" | grep -o "'name', 'test_[^']*" | sort) \
    <(sed 's/.*::/'"'name', '"'/' "$work/once" | sort)
prun -n 2 -v -k 'segfault or between' test_crash.py
has '^\[gw[0-9]+\] \[ *[0-9]+%\] FAILED test_crash.py::test_segfault' '-v: a line for the crash, with its worker'

done_testing
