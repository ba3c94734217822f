#!/usr/bin/env bash
# Where a run lives: what a suite sees of its process is what it sees under `python -m pytest`, in either host.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

put test_seen.py <<'PY'
import os
import sys
import threading


def test_seen():
    main = sys.modules["__main__"]
    with open(os.environ["SEEN"], "w") as f:
        for what in (
            ["argv", *sys.argv],
            ["orig_argv", *getattr(sys, "orig_argv", ())],
            ["flags", str(sys.flags)],
            ["options", sys.warnoptions, sys._xoptions],
            ["path", *sys.path],
            ["prefix", sys.executable, sys.prefix, sys.base_prefix, sys.exec_prefix],
            ["main", *sorted(vars(main)), main.__file__, main.__spec__, main.__package__, main.__doc__],
            ["environ", *sorted(f"{k}={v}" for k, v in os.environ.items() if k not in ("_", "PRUN_HOST"))],
            ["descriptors", *sorted(os.listdir("/proc/self/fd"))],
            ["threads", threading.enumerate(), threading.main_thread().ident == threading.get_ident()],
            ["streams", sys.__stdout__.encoding, sys.__stdout__.errors, sys.__stderr__.errors],
        ):
            print(*what, sep="\n  ", file=f)
PY
export SEEN=$work/seen

# same DESCRIPTION ENVIRONMENT...: what is seen in each host is what pytest shows.
same() {
    local what=$1 host
    shift
    run env "$@" "$PRUN_TEST_PYTHON" -m pytest -q --capture=sys -k seen
    sed -E 's/0x[0-9a-f]+|[0-9]{10,}/N/g' "$SEEN" >"$work/wanted"
    for host in $hosts; do
        rm -f "$SEEN"
        run env "$@" PRUN_HOST="$host" "$PRUN" -q --capture=sys -k seen
        sed -E 's/0x[0-9a-f]+|[0-9]{10,}/N/g' "$SEEN" >"$work/got"
        ok "$host: $what" diff "$work/wanted" "$work/got"
    done
}

# The interpreter of `python -m pytest` above, whether it is an environment's or not.
venv=$("$PRUN_TEST_PYTHON" -c 'import sys; print(sys.prefix if sys.prefix != sys.base_prefix else "")')
bin=$(dirname "$PRUN_TEST_PYTHON")
export VIRTUAL_ENV=$venv PATH=$bin:$PATH
hosts=$(hosts)

same 'no variables' A=1
same 'PYTHONSAFEPATH' PYTHONSAFEPATH=1
same 'PYTHONPATH' PYTHONPATH="$work/there:"
same 'PYTHONWARNINGS, PYTHONDEVMODE' PYTHONWARNINGS=error::FutureWarning PYTHONDEVMODE=1
same 'PYTHONOPTIMIZE, PYTHONUNBUFFERED' PYTHONOPTIMIZE=1 PYTHONUNBUFFERED=1
same 'PYTHONNOUSERSITE, PYTHONUTF8, PYTHONIOENCODING' PYTHONNOUSERSITE=1 PYTHONUTF8=1 PYTHONIOENCODING=latin-1:replace
same 'the C locale' LC_ALL=C LC_CTYPE=C

# ---- as a module of an interpreter ----

rm -f "$SEEN"
run env PYTHONPATH="$(dirname "$PRUN")/py" "$PRUN_TEST_PYTHON" -m prun -q -n 2 --capture=sys -k seen
is "$rc $(summary)" '0 1 passed' 'python -m prun'
ok 'and its argv is that of pytest' grep -q '/pytest/__main__.py$' "$SEEN"

# ---- how it ends ----

for host in $hosts; do
    export PRUN_HOST=$host
    echo 'def test_end(): pass' >test_end.py
    put conftest.py <<'PY'
import atexit
import os
import sys
import threading

atexit.register(lambda: os.write(2, b"atexit\n"))
kept = open("kept", "w")
kept.write("flushed")


def pytest_unconfigure(config):
    how = os.environ.get("HOW")
    if how == "exit":
        sys.exit(7)
    if how == "interrupt":
        raise KeyboardInterrupt
    if how == "thread":
        main = threading.main_thread()
        threading.Thread(target=lambda: (main.join(), os.write(2, b"thread\n"))).start()
PY
    for n in 0 2; do
        rm -f kept
        HOW=thread prun -q -n $n -k end
        is "$rc $(tr '\n' ' ' <"$err")$(cat kept)" '0 thread atexit flushed' "$host, -n $n: threads, atexit and files have their end"
    done
    for how in exit interrupt; do
        run env HOW=$how "$PRUN_TEST_PYTHON" -m pytest -q -k end
        wanted=$rc
        run env HOW=$how "$PRUN" -q -k end
        is "$rc" "$wanted" "$host: $how past the end of pytest: its exit status"
    done
    # Standard output that nothing can be written to.
    for n in 0 2; do
        wanted=$(setsid "$PRUN_TEST_PYTHON" -m pytest -q -k end >/dev/full 2>"$err"; echo $?)
        got=$(setsid "$PRUN" -q -n $n -k end >/dev/full 2>"$err"; echo $?)
        is "$got" "$wanted" "$host, -n $n: a full disk: its exit status"
    done
done

done_testing
