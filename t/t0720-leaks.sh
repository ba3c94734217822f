#!/usr/bin/env bash
# --leaks: what tests leave behind in their process.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

put test_leaks.py <<'PY'
import locale
import os
import signal
import subprocess
import sys
import threading
import warnings

import pytest

kept = []


@pytest.fixture(scope="module")
def file():
    with open(os.devnull) as f:
        yield f


def test_clean(tmp_path, monkeypatch, capfd, recwarn):
    monkeypatch.setenv("X", "1")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f").write_text("x")
    import this_one_is_new

    assert this_one_is_new


def test_descriptor():
    kept.append(open("/dev/zero"))


def test_thread():
    threading.Thread(target=threading.Event().wait, name="spinner", daemon=True).start()


def test_child():
    kept.append(subprocess.Popen(["sleep", "1000"]))


def test_environment():
    os.environ["LEFT"] = "secret"


def test_directory():
    os.chdir("/")


def test_umask():
    os.umask(0o77)


def test_signal():
    signal.signal(signal.SIGUSR1, lambda *_: None)


def test_path():
    sys.path.append("/left")


def test_module():
    del sys.modules["this"]


def test_fails():
    os.environ["LEFT_TOO"] = "1"
    assert 0


@pytest.mark.parametrize("n", range(3))
def test_fixture(file, n):
    pass
PY
echo >this_one_is_new.py
echo 'import contextlib, io
with contextlib.redirect_stdout(io.StringIO()):
    import this' >conftest.py

# leaks: "test: what" of the last run's section, sorted.
leaks() {
    sed -n '/^=* leaks: /,/^A fixture of wider/p' "$out" | awk '/^test/ { test = $0; next } /^    / { print test ":" $0 }' |
        sed -E 's/test_leaks.py:://; s/ +/ /g; s/(descriptor|child process) (added|gone): [0-9]+/\1 \2: N/; s/added: [0-9]+ \(spinner/added: N (spinner/;
            s/<function.*>/F/' | sort
}

cat >"$work/wanted" <<'EOT'
test_child: child process added: N
test_descriptor: descriptor added: N (/dev/zero)
test_environment: environment variable added: LEFT
test_fails: environment variable added: LEFT_TOO
test_fixture[0]: descriptor added: N (/dev/null)
test_fixture[2]: descriptor gone: N (/dev/null)
test_module: module gone: this
test_path: sys.path: added /left
test_signal: signal handler changed: SIGUSR1 (F)
test_thread: thread added: N (spinner)
test_umask: umask: 0o22 is now 0o77
EOT
umask 022
for workers in '-n 2 --dist loadfile' ''; do
    # shellcheck disable=SC2086
    prun $workers --leaks
    is "$rc" 1 "prun $workers: the exit status stays"
    ok "prun $workers: who left what" diff "$work/wanted" <(leaks | grep -v '^test_directory:')
    ok "prun $workers: the working directory" grep -Eq 'working directory: .*/suite is now /$' "$out"
    has '^=+ leaks: 12 of the tests =+$' "prun $workers: how many"
    hasnt 'secret' "prun $workers: no values of the environment"
    kill_session
done
prun -n 2 --leaks -k clean
has '^leaks: none$' 'none'
prun -n 2
hasnt '^leaks' 'not asked for, not told'
kill_session

done_testing
