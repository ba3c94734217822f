# lib.sh: TAP, a scratch folder, and ways to run prun and pytest in it.  Sourced by t/tNNNN-*.sh (bash).
#
# The environment says PRUN (absolute path) and PRUN_TEST_PYTHON (the interpreter that it stands for).
# shellcheck shell=bash disable=SC2034 # rc, T and the like are for the scripts
set -u

: "${PRUN:?set it to the absolute path of prun}" "${PRUN_TEST_PYTHON:?set it to an interpreter with pytest}"
unset PYTEST_ADDOPTS PYTEST_PLUGINS PYTEST_DISABLE_PLUGIN_AUTOLOAD PYTHONPATH CI BUILD_NUMBER NO_COLOR FORCE_COLOR
unset PYTEST_XDIST_WORKER PYTEST_XDIST_WORKER_COUNT PYTEST_XDIST_TESTRUNUID PYTEST_XDIST_AUTO_NUM_WORKERS
export COLUMNS=80 LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

T=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/prun-t.XXXXXX")
export TMPDIR=$work/tmp EVENTS=$work/events
mkdir "$TMPDIR" "$work/suite"
out=$work/out err=$work/err
pid='' ntests=0 nfailed=0
LIMIT=180 # seconds after which a run counts as hung, on a machine that has much else to do

cleanup() {
    [ -z "$pid" ] || kill_session
    cd / && rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP PIPE
cd "$work/suite" || exit

# ---- TAP ----

diag() { printf '%s\n' "$*" | sed 's/^/# /'; }

# tap STATUS DESCRIPTION: the result of one test.
tap() {
    ntests=$((ntests + 1))
    if [ "$1" -eq 0 ]; then
        printf 'ok %d - %s\n' "$ntests" "$2"
        return 0
    fi
    nfailed=$((nfailed + 1))
    printf 'not ok %d - %s\n' "$ntests" "$2"
    return 1
}

# What the last run printed, after a failed test.
show() {
    diag "exit status ${rc-}, standard output (end):"
    tail -n 25 "$out" 2>/dev/null | cut -c 1-300 | sed 's/^/#   /'
    [ ! -s "$err" ] || diag 'standard error (end):'
    tail -n 20 "$err" 2>/dev/null | cut -c 1-300 | sed 's/^/#   /'
}

# ok DESCRIPTION COMMAND...: passes when the command succeeds.
ok() {
    local what=$1
    shift
    if "$@" >"$work/ok" 2>&1; then
        tap 0 "$what"
        return
    fi
    tap 1 "$what"
    diag "failed: $(printf '%q ' "$@" | cut -c 1-500)"
    sed 's/^/#   /' "$work/ok" | head -n 40
    show
}

# is GOT WANTED DESCRIPTION
is() {
    if [ "$1" = "$2" ]; then
        tap 0 "$3"
        return
    fi
    tap 1 "$3"
    diag "   got: $1"
    diag "wanted: $2"
    show
}

# has PATTERN DESCRIPTION: standard output of the last run has a line that matches (extended expression).
has() { ok "$2" grep -Eq -e "$1" "$out"; }
hasnt() { ok "$2" lacks "$1" "$out"; }
lacks() { ! grep -Eq -e "$1" "$2"; }

# skip REASON DESCRIPTION
skip() {
    ntests=$((ntests + 1))
    printf 'ok %d - %s # SKIP %s\n' "$ntests" "$2" "$1"
}

done_testing() {
    printf '1..%d\n' "$ntests"
    [ "$nfailed" -eq 0 ]
    exit
}

# ---- running ----

# run COMMAND...: to its end, in a session of its own; sets rc, fills $out and $err.
run() {
    start "$@"
    finish
}

# start COMMAND...: sets pid, which is also the number of its session.  A shell's background jobs ignore SIGINT, and
# what nohup started ignores SIGHUP.
start() {
    setsid env --default-signal=INT,QUIT,HUP "$@" </dev/null >"$out" 2>"$err" &
    pid=$!
    sid=$pid
}

finish() {
    rc=hung
    { vanish "$pid" && wait "$pid" && rc=0 || rc=$?; } 2>/dev/null # where bash would tell of its death
    if kill -0 "$pid" 2>/dev/null; then
        rc=hung
        diag "hung: $(processes)"
        kill_session
        wait "$pid" 2>/dev/null
    fi
    pid=''
}

# Wait for the end of a process.
vanish() { timeout "$LIMIT" tail -s 0.02 --pid="$1" -f /dev/null; }

prun() { run "$PRUN" "$@"; }
pytest() { run "$PRUN_TEST_PYTHON" -m pytest "$@"; }

# Where a run can live, for PRUN_HOST: prun may embed another version than the one that is tested.
hosts() { echo exec && PRUN_HOST=embed "$PRUN" --version >/dev/null 2>&1 && echo embed; }

have_xdist() { "$PRUN_TEST_PYTHON" -c 'import xdist' 2>/dev/null; }

# Processes of the last session that are left: pid, state and command, one a line.  When prun is dead its zombies
# are for init, which in a container may not care.
processes() { ps -o pid=,stat=,args= --sid "$sid" | awk '$2 !~ /^Z/'; }

# none_left: no process.
none_left() {
    local left
    left=$(processes)
    [ -z "$left" ] || { echo "$left" && return 1; }
}

# drained: as none_left, but those that are about to end are waited for.
drained() {
    local p
    for p in $(ps -o pid= --sid "$sid"); do
        tool ended "$p" || return
    done
    none_left
}

kill_session() {
    local p
    for p in $(ps -o pid= --sid "$sid"); do
        kill -KILL "$p" 2>/dev/null
    done
}

# A named pipe, $READY, into which tests write a line when they have got to where the script wants them.
open_ready() {
    export READY=$work/ready
    [ -p "$READY" ] || mkfifo "$READY"
    exec 3<>"$READY"
}

# await: the next line from $READY, in $line.
await() { read -r -t "$LIMIT" -u 3 line || diag "waited in vain for a test to get ready"; }

# ---- suites ----

# fresh: into an empty folder.
fresh() { cd "$work" && rm -rf suite && mkdir suite && cd suite || exit; }

# use NAME: into a copy of t/suites/NAME.
use() { fresh && cp -R "$T/suites/$1/." .; }

# put FILE: standard input becomes a file of the suite.
put() {
    mkdir -p "$(dirname "$1")"
    cat >"$1"
}

# tool NAME ARGUMENTS...: a helper of t/tools.
tool() {
    local name=$1
    shift
    "$PRUN_TEST_PYTHON" "$T/tools/$name.py" "$@"
}

# What differs between two runs anyway: times and addresses.
normalised() { sed -E 's/[0-9]+\.[0-9]+s/N.NNs/g; s/0x[0-9a-f]+/0xN/g' "$@"; }

# The last line of pytest's summary, without "=" and time: "1 failed, 2 passed".
summary() { tail -n 1 "$out" | sed -E 's/^=+ //; s/ in [0-9.]+s.*//'; }
