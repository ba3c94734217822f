#!/usr/bin/env bash
# --report-html, --report-trace: what is on the page, and, with a browser, what its scripts do.
# shellcheck source=t/lib.sh disable=SC1091,SC2016,SC2094,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

page() { tool page "$@"; }

put conftest.py <<'PY'
import time

import pytest


@pytest.fixture(scope="session")
def database():
    time.sleep(0.003)
    yield
    time.sleep(0.003)


def pytest_handlecrashitem(crashitem, report, sched):
    if "flaky" in crashitem:
        report.outcome = "rerun"
        sched.mark_test_pending(crashitem)


def pytest_report_teststatus(report):
    if report.outcome == "rerun":
        return "rerun", "R", "RERUN"
PY
put test_a.py <<'PY'
import os
import warnings

import pytest

evil = "</script></pre><script>document.title='hacked'</script><img src=x onerror=\"document.title='hacked'\">"


def test_pass(database): pass


@pytest.mark.parametrize("x", [evil, "'\"&amp;<!--", "\x00\x1b[1m\ud800"])
def test_hostile(x):
    print(x)
    assert not x


def test_skip(): pytest.skip(evil)


def test_error(no_such_fixture): pass


def test_flood():
    print("begin" + "x" * 300000 + "end")
    assert 0


def test_warn(): warnings.warn(evil)


def test_crash(): os.abort()


def test_flaky():
    if not os.path.exists("seen"):
        open("seen", "w").close()
        os._exit(7)
PY

prun -n 2 --report-html r.html --report-trace r.trace
is "$rc" 1 'the exit status'
has '^reports: r.html, r.trace$' 'the summary names it'
ok 'the page is sound' page r.html sound
is "$(page r.html counts)" '11 error failed passed rerun skipped' 'all tests are in it'
page r.html text >text
ok 'a hostile name is text' grep -Fq "test_a.py::test_hostile[</script></pre><script>document.title='hacked'</script><img" text
ok 'so is hostile output' grep -Fq "</script></pre><script>document.title='hacked'</script><img src=x onerror=" text
ok 'and what cannot be shown' grep -Fq '\x00' text
ok 'a long output is cut in the middle' grep -Eq 'begin.*x$' text
ok 'which is said' grep -Eq '^… [0-9]+ characters are left out …$' text
ok 'and ends as it did' grep -q 'xxxend$' text
ok 'the crash' grep -q 'killed by SIGABRT' text
ok 'the flaky one' grep -q 'Flaky tests' text
ok 'the fixture' grep -q 'database' text
ok 'the page is not long' test "$(wc -c <r.html)" -lt 300000
is "$("$PRUN_TEST_PYTHON" -c '
import json
events = json.load(open("r.trace"))["traceEvents"]
names = {e["args"]["name"] for e in events if e["name"] == "thread_name"}
print(sorted(names)[:3], sum(e["ph"] == "X" and "outcome" in e.get("args", ()) for e in events),
    all(e["dur"] >= 0 and e["ts"] > 0 for e in events if e["ph"] == "X"))')" "['gw0', 'gw1', 'gw2'] 11 True" 'the trace has a slice for each'

for workers in '' '-n 2 --reruns 1' '-n 2 --dist each' '-n 2 --xdist-exact' '-n 2 --dist load -x'; do
    # shellcheck disable=SC2086
    prun $workers -k 'not crash and not flaky' --report-html o.html
    ok "prun $workers: sound" page o.html sound
done
prun -k pass --report-html o.html
is "$(page o.html lanes)" main 'without workers there is one lane'
prun -k nothing --report-html o.html
ok 'no tests: sound' page o.html sound
ok 'and said' grep -q '<div class="counts">no tests</div>' o.html
echo 'import nothing_like_this' >test_b.py
prun --report-html o.html
ok 'a file that cannot be collected: sound' page o.html sound
page o.html text >text
ok 'and shown' grep -q 'nothing_like_this' text

# ---- in a browser ----

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -z "$browser" ]; then
    for what in 'its scripts run' 'and stay what they are' 'rows' 'the filter' 'an outcome' 'the timeline by keyboard' \
        'the list by keyboard' 'Enter' 'three thousand tests'; do
        skip 'no chromium to look with' "$what"
    done
    done_testing
fi

# dom FILE [SCRIPT]: the page as it is when its scripts have run, and then this one, which may put words into `say`.
dom() {
    "$PRUN_TEST_PYTHON" - "$1" "${2-}" >with.html <<'PY'
import sys
script = """<script>const say = words => { document.body.dataset.said = words; };
const press = (e, ...keys) => keys.forEach(key => (e || document.activeElement).dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })));
const rows = () => document.querySelectorAll("#tests tbody tr").length, $ = id => document.getElementById(id);
%s</script>""" % sys.argv[2]
sys.stdout.write(open(sys.argv[1], encoding="utf-8", newline="").read().replace("</body>", script + "</body>"))
PY
    timeout "$LIMIT" "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$work/chromium" \
        --virtual-time-budget=5000 --dump-dom "file://$PWD/with.html" >dom 2>"$err"
    sed -n 's/.*<body[^>]* data-said="\([^"]*\)".*/\1/p' dom
}

dom r.html >/dev/null
ok 'its scripts run' grep -q '<html lang="en" data-ready="11">' dom
ok 'and stay what they are' lacks '<title>hacked' dom
is "$(dom r.html 'say(rows())')" 11 'rows'
is "$(dom r.html '$("find").value = "A.PY hostile"; $("find").dispatchEvent(new Event("input")); say(rows() + ", " + $("matching").textContent);')" \
    '3, 3 of 11' 'the filter'
is "$(dom r.html 'const box = [...document.querySelectorAll("#outcomes label")].find(l => /passed/.test(l.textContent)).firstChild;
    box.click(); say(rows());')" 8 'an outcome'
is "$(dom r.html '$("timeline").focus(); press(null, "ArrowRight", "+", "+", "ArrowRight", "ArrowDown", "ArrowLeft", "0");
    say(/test_a.py::test_\w+.* · gw\d · from /.test($("said").textContent));')" true 'the timeline by keyboard'
is "$(dom r.html 'press(null, "/"); const at = document.activeElement.id; document.querySelector("#tests tbody tr").focus();
    press(null, "ArrowDown", "ArrowDown", "ArrowUp", "End"); say(at + " " + (document.activeElement.rowIndex));')" 'find 11' 'the list by keyboard'
is "$(dom r.html 'const row = [...document.querySelectorAll("#tests tbody tr")].find(r => /test_crash/.test(r.textContent));
    row.focus(); press(row, "Enter"); const d = document.activeElement.closest("details"); say(d.open + " " + /SIGABRT/.test(d.textContent));')" \
    'true true' 'Enter'

put many/test_many.py <<'PY'
import pytest

@pytest.mark.parametrize("n", range(3000))
def test_one(n): pass
PY
prun -n 2 many --report-html many.html
is "$(dom many.html '$("find").value = "[77"; $("find").dispatchEvent(new Event("input")); say(rows() + " " + $("matching").textContent);')" \
    '11 11 of 3000' 'three thousand tests'
done_testing
