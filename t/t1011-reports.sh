#!/usr/bin/env bash
# --report-json, --tap, --github-annotations.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

put test_a.py <<'PY'
import os, pytest

def test_pass(): pass

def test_fail():
    print("before")
    helper()

def helper():
    assert "a" == "b", "one # two"

@pytest.mark.skip(reason="no # need")
def test_skip(): pass

@pytest.mark.xfail(reason="known \\ bug")
def test_xfail(): assert 0

@pytest.mark.xfail(reason="mended")
def test_xpass(): pass

def test_error(no_such_fixture): pass

@pytest.mark.parametrize("x", ["a#b", "a\nb", "\x1b[1m"])
def test_ids(x): pass

def test_dies():
    print("...\n---\n  ...\n\x1b[31mred\x00")
    os.abort()
PY
cp test_a.py "$work/test_a.py"

# json EXPRESSION: of the document `d`.
json() { "$PRUN_TEST_PYTHON" -c 'import json, sys; d = json.load(open("r.json")); print(eval(sys.argv[1]))' "$1"; }
by='{t["id"].partition("::")[2]: t for t in d["tests"]}'

# ---- one document ----

for workers in '-n 2' '-n 2 --xdist-exact'; do
    echo old >r.json
    # shellcheck disable=SC2086
    prun $workers --report-json r.json --report-jsonl e
    is "$rc" 1 "$workers: the exit status"
    has '^reports: e, r.json$' "$workers: the summary names them"
    is "$(json 'd["exit_status"], d["version"], d["mode"], d["collection"]["tests"]')" "(1, 1, 'duration', 10)" "$workers: the run"
    is "$(json 'sorted(d["counts"].items())')" \
        "[('error', 1), ('failed', 2), ('passed', 4), ('skipped', 1), ('xfailed', 1), ('xpassed', 1)]" "$workers: counts"
    is "$(json "len(d['tests']), ${by}['test_fail']['sections']")" "(10, [['Captured stdout call', 'before\\n']])" "$workers: output"
    is "$(json "'SIGABRT' in ${by}['test_dies']['crash']")" True "$workers: the crash"
    is "$(json 'sorted(w["name"] for w in d["workers"])[:2], sum(w["error"] is not None for w in d["workers"])')" \
        "(['gw0', 'gw1'], 1)" "$workers: workers"
done
prun --report-json r.json -k pass
is "$(json 'd["workers"], [t["worker"] for t in d["tests"]], len(d["collection"]["deselected"])')" \
    "([], ['main', 'main'], 8)" 'without workers'
prun --report-json - -k pass
is "$(json 'len(d["tests"])' <r.json)" 2 'the file is that of before'
ok 'standard output is a document' "$PRUN_TEST_PYTHON" -m json.tool "$out"
ok "what pytest says is on standard error" grep -q '1 passed, 8 deselected, 1 xpassed' "$err"
is "$(ls)" "$(printf '%s\n' e r.json test_a.py)" 'nothing else is left'

# A file that could be written at first.
put conftest.py <<'PY'
import os

def pytest_sessionfinish():
    os.rename("gone", "elsewhere")
PY
prun -k pass --report-json gone/r.json
is "$rc" 0 'a folder that goes meanwhile: the run is what it is'
is "$(cat "$err")" 'prun: report gone/r.json: cannot be written: No such file or directory' 'and a sentence says it'
rm -r conftest.py elsewhere

# What ran again: pytest_handlecrashitem asks for it.
put conftest.py <<'PY'
def pytest_handlecrashitem(crashitem, report, sched):
    report.outcome = "rerun"
    sched.mark_test_pending(crashitem)

def pytest_report_teststatus(report):
    if report.outcome == "rerun":
        return "rerun", "R", "RERUN"
PY
put test_a.py <<'PY'
import os

def test_flaky():
    if not os.path.exists("seen"):
        open("seen", "w").close()
        os._exit(1)
PY
prun -n 1 --report-json r.json --tap r.tap --github-annotations yes
is "$rc" 0 'a test that ran again and passed'
is "$(json '[(t["attempt"], t["outcome"], [(e["attempt"], e["outcome"]) for e in t["earlier"]]) for t in d["tests"]]')" \
    "[(2, 'passed', [(1, 'rerun')])]" 'both attempts are told'
is "$(cat r.tap)" 'TAP version 13
# rerun: test_a.py::test_flaky
ok 1 - test_a.py::test_flaky
1..1' 'TAP: the last one counts'
has '^::warning file=test_a.py,line=3,title=test_flaky::flaky: it passed when it was run again \(2 times in all\)$' 'GitHub is warned'

mkdir again && cd again || exit
put test_a.py <<'PY'
import os

def test_flaky():
    if not os.path.exists("seen"):
        open("seen", "w").close()
        assert 0, "first"

def test_bad(): assert 0
PY
for workers in '' '-n 2'; do
    rm -f seen
    # shellcheck disable=SC2086
    prun $workers --reruns 1 --report-json r.json --github-annotations yes
    is "$rc" 1 "--reruns $workers: a test that fails each time"
    is "$(json 'sorted((t["id"][16:], t["outcome"], [e["outcome"] for e in t["earlier"]]) for t in d["tests"])')" \
        "[('bad', 'failed', ['rerun']), ('flaky', 'passed', ['rerun'])]" "--reruns $workers: attempts"
    ok "--reruns $workers: what the first one failed with" grep -q '"text": ".*first' r.json
    is "$(grep -c '^::' "$out") $(grep -c '^::warning .*flaky' "$out")" '2 1' "--reruns $workers: annotations"
done

# ---- TAP ----

fresh
cp "$work/test_a.py" .
prun -n 2 --tap r.tap
prove --exec cat r.tap >"$work/prove" 2>&1
ok 'prove reads it' grep -q '^Files=1, Tests=10,' "$work/prove"
ok 'without a complaint' lacks 'Parse errors' "$work/prove"
ok 'three have failed' grep -q 'Tests: 10 Failed: 3)' "$work/prove"
ok 'one passed unexpectedly' grep -q 'TODO passed: ' "$work/prove"
if perl -e 'use TAP::Parser 3' 2>/dev/null; then
    perl -MTAP::Parser -e '
        my $p = TAP::Parser->new({ exec => ["cat", "r.tap"] });
        while (my $r = $p->next) { print $r->data->{message}, "\n" if $r->is_yaml }
        print "errors: ", join(", ", $p->parse_errors), "\n"' >"$work/parsed"
    ok 'its YAML is the failure' grep -q 'AssertionError: one # two' "$work/parsed"
    ok 'whole' grep -q '^errors: $' "$work/parsed"
else
    skip 'no TAP::Parser' 'its YAML is the failure'
    skip 'no TAP::Parser' 'whole'
fi
ok 'a skip' grep -Eq '^ok [0-9]+ - test_a.py::test_skip # SKIP no \\# need$' r.tap
ok 'an expected failure' grep -Eq '^not ok [0-9]+ - test_a.py::test_xfail # TODO known \\\\ bug$' r.tap
ok 'an id with a #' grep -Eq '^ok [0-9]+ - test_a.py::test_ids\[a\\#b\]$' r.tap
ok 'the failure for people' grep -Fqx '# >       assert "a" == "b", "one # two"' r.tap
ok 'nothing that a terminal would act on' lacks "$(printf '[\x01-\x08\x0b-\x1f]')" r.tap

prove --exec "$PRUN -n 2 --tap -" test_a.py >"$work/prove" 2>&1
ok 'prove runs it' grep -q 'Tests: 10 Failed: 3)' "$work/prove"
ok 'and understands it' lacks 'Parse errors' "$work/prove"
prun --tap - -k 'pass or nothing'
is "$(cat "$out")" 'TAP version 13
ok 1 - test_a.py::test_pass
ok 2 - test_a.py::test_xpass # TODO mended
1..2' 'nothing else on standard output'
prun --tap - -k nothing
is "$rc $(cat "$out")" '5 TAP version 13
1..0 # SKIP no tests' 'no tests'
echo 'import nothing_like_this' >test_b.py
prun -n 2 --tap r.tap
ok 'a file that cannot be collected' grep -q '^not ok 1 - test_b.py$' r.tap
ok 'bails out' grep -q '^Bail out! 1 error during collection$' r.tap

# ---- GitHub ----

fresh
mkdir sub && cp "$work/test_a.py" sub/ && cd sub || exit
GITHUB_WORKSPACE=$work/suite
export GITHUB_WORKSPACE GITHUB_ACTIONS=true
for workers in '' '-n 2'; do
    # shellcheck disable=SC2086
    prun $workers -k 'not dies' --rootdir .
    grep '^::' "$out" | sort >"$work/annotations"
    sed 's/%0A>.*//' "$work/annotations" >"$work/short"
    ok "$workers: a failure" grep -q '^::error file=sub/test_a.py,line=10,title=test_fail::AssertionError: one # two%0A' "$work/short"
    ok "$workers: an error" grep -q '^::error file=sub/test_a.py,line=2[0-9],title=test_error::' "$work/short"
    is "$(wc -l <"$work/annotations")" 2 "$workers: no others"
done
prun -n 2 -v -k 'pass or skip'
has '^short cuts: .*run' 'items run the short way all the same'
prun -k fail --github-annotations no
hasnt '^::' 'turned off'
GITHUB_ACTIONS=false prun -k fail
hasnt '^::' 'elsewhere'
unset GITHUB_ACTIONS
prun -k fail --github-annotations yes
has '^::error ' 'asked for'

done_testing
