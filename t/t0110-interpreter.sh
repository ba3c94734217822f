#!/usr/bin/env bash
# Which Python is taken: VIRTUAL_ENV, python3 on PATH, a wrapper script; and which is refused.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

put test_where.py <<'PY'
import os
import sys


def test_where():
    with open(os.environ["SEEN"], "w") as f:
        print(sys.prefix, sys.executable, file=f)
PY
export SEEN=$work/seen
version=$("$PRUN_TEST_PYTHON" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')
packages=$("$PRUN_TEST_PYTHON" -c 'import os, pytest; print(os.path.dirname(os.path.dirname(pytest.__file__)))')

# ---- an environment ----

"$PRUN_TEST_PYTHON" -m venv --without-pip "$work/venv"
echo "$packages" >"$work/venv/lib/python${version%.*}/site-packages/others.pth"
run env VIRTUAL_ENV="$work/venv" "$PRUN" -q
is "$rc $(cat "$SEEN")" "0 $work/venv $work/venv/bin/python" 'VIRTUAL_ENV: its sys.prefix and sys.executable'
rm -f "$SEEN"
run env -u VIRTUAL_ENV PATH="$work/venv/bin:$PATH" "$PRUN" -q -n 2
is "$rc $(cut -d ' ' -f 1 "$SEEN")" "0 $work/venv" 'its bin folder first on PATH: its sys.prefix, in a worker too'
run env VIRTUAL_ENV="$work/venv" "$PRUN" --version
has "$work/venv/bin/python" '--version names the interpreter that it stands for'

# ---- a wrapper script, as pyenv's shims are ----

mkdir "$work/shims"
printf '#!/bin/sh\nexec "%s" "$@"\n' "$PRUN_TEST_PYTHON" >"$work/shims/python3"
chmod +x "$work/shims/python3"
rm -f "$SEEN"
run env -u VIRTUAL_ENV PATH="$work/shims:$PATH" "$PRUN" -q
is "$rc $(cut -d ' ' -f 1 "$SEEN")" "0 $("$PRUN_TEST_PYTHON" -c 'import sys; print(sys.prefix)')" 'a wrapper script: what it stands for'
printf '#!/bin/sh\nexec "%s" "$@"\n' "$work/venv/bin/python" >"$work/shims/python3"
run env -u VIRTUAL_ENV PATH="$work/shims:$PATH" "$PRUN" -q
is "$rc $(cut -d ' ' -f 1 "$SEEN")" "0 $work/venv" "a wrapper script for an environment's python"

# ---- refused ----

# refused DESCRIPTION: with one sentence, which says what to do.
refused() {
    is "$rc" 4 "$1: exit status 4"
    is "$(wc -l <"$err")" 1 "$1: one line"
    ok "$1: says which version it embeds" grep -q "${version%.*}" "$err"
    is "$(cat "$out")" '' "$1: nothing on standard output"
}
mkdir -p "$work/old/bin"
ln -s /bin/true "$work/old/bin/python"
ln -s python "$work/old/bin/python3"
printf 'home = /usr/bin\nversion = 3.6.1\n' >"$work/old/pyvenv.cfg"
run env VIRTUAL_ENV="$work/old" "$PRUN" -q
refused 'an environment of Python 3.6'
ok 'names the version that it found' grep -q '3\.6' "$err"
printf 'home = /usr/bin\nversion_info = 3.6.1.final.0\n' >"$work/old/pyvenv.cfg"
run env VIRTUAL_ENV="$work/old" "$PRUN" -q
refused "virtualenv's of Python 3.6"
run env -u VIRTUAL_ENV PATH="$work/old/bin:$PATH" "$PRUN" -q
refused 'python3 on PATH of Python 3.6'

# ---- none ----

run env VIRTUAL_ENV="$work/nothing" "$PRUN" --version
is "$rc" 0 'VIRTUAL_ENV that does not exist: the next one is taken'

# ---- no pytest ----

"$PRUN_TEST_PYTHON" -m venv --without-pip "$work/bare"
run env VIRTUAL_ENV="$work/bare" "$PRUN" -q
is "$rc" 4 'an environment without pytest: exit status 4'
ok 'says how to get it' grep -q 'pip install pytest' "$err"

done_testing
