#!/usr/bin/env bash
# Which Python is taken: VIRTUAL_ENV, python3 on PATH, a wrapper script; which is refused; and where it runs.
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

# refused DESCRIPTION WORDS: with one sentence.
refused() {
    is "$rc" 4 "$1: exit status 4"
    is "$(wc -l <"$err")" 1 "$1: one line"
    ok "$1: says so" grep -q "$2" "$err"
    is "$(cat "$out")" '' "$1: nothing on standard output"
}

# pretend CODE: an environment whose interpreter takes itself for another one.
"$PRUN_TEST_PYTHON" -m venv --without-pip "$work/other"
pretend() { echo "import sys; $1" >"$work/other/lib/python${version%.*}/site-packages/other.pth"; }
pretend 'sys.version_info = (3, 6, 1, "final", 0)'
run env PRUN_HOST=exec VIRTUAL_ENV="$work/other" "$PRUN" -q
refused 'Python 3.6' 'is Python 3\.6; prun needs CPython 3\.9'
run env -u VIRTUAL_ENV PRUN_HOST=exec PATH="$work/other/bin:$PATH" "$PRUN" -q
refused 'python3 on PATH of Python 3.6' 'is Python 3\.6; prun needs CPython 3\.9'
pretend 'sys.implementation.name = "pypy"'
run env PRUN_HOST=exec VIRTUAL_ENV="$work/other" "$PRUN" -q
refused 'no CPython' 'is pypy; prun needs CPython'
pretend 'sys.abiflags = "t"'
run env PRUN_HOST=exec VIRTUAL_ENV="$work/other" "$PRUN" -q
refused 'a free-threaded build' 'is a free-threaded Python'

# ---- the interpreter inside prun ----

embedded=$(hosts | grep embed)
if [ "$embedded" ]; then
    run env PRUN_HOST=embed VIRTUAL_ENV="$work/venv" "$PRUN" --version
    has 'embedded' 'PRUN_HOST=embed: --version says so'
else
    skip 'it embeds another version' 'PRUN_HOST=embed: --version says so'
fi
mkdir -p "$work/old/bin"
ln -s /bin/true "$work/old/bin/python"
ln -s python "$work/old/bin/python3"
for key in 'version = 3.6.1' 'version_info = 3.6.1.final.0'; do
    printf 'home = /usr/bin\n%s\n' "$key" >"$work/old/pyvenv.cfg"
    run env PRUN_HOST=embed VIRTUAL_ENV="$work/old" "$PRUN" -q
    refused "it is for one version: ${key%% *}" 'embeds Python .*, but VIRTUAL_ENV .* Python 3\.6'
done
run env PRUN_HOST=elsewhere "$PRUN" -q
refused 'PRUN_HOST=elsewhere' 'PRUN_HOST must be exec or embed, not elsewhere'

# As make install lays them out.
mkdir -p "$work/usr/bin" "$work/usr/lib"
cp "$PRUN" "$work/usr/bin/prun"
cp -R "$(dirname "$PRUN")/py" "$work/usr/lib/prun"
run env -u PRUN_HOST VIRTUAL_ENV="$work/venv" "$work/usr/bin/prun" --version
has "^CPython $version \\($work/venv/bin/python, as it is\\)" 'by default the environment has its own interpreter'
rm "$work/usr/lib/prun/_prun.abi3.so"
run env -u PRUN_HOST VIRTUAL_ENV="$work/venv" "$work/usr/bin/prun" --version
if [ "$embedded" ]; then
    has "^CPython $version .*embedded" 'without the extension module it has the one inside prun'
else
    is "$rc $(grep -c 'this prun embeds' "$err")" '4 1' 'without the extension module it has the one inside prun'
fi
run env PRUN_HOST=exec VIRTUAL_ENV="$work/venv" "$work/usr/bin/prun" --version
is "$rc $(grep -c 'cannot be loaded' "$err")" '3 1' 'if that is not wanted: a sentence'

# ---- none ----

run env VIRTUAL_ENV="$work/nothing" "$PRUN" --version
is "$rc" 0 'VIRTUAL_ENV that does not exist: the next one is taken'

# ---- no pytest ----

"$PRUN_TEST_PYTHON" -m venv --without-pip "$work/bare"
run env VIRTUAL_ENV="$work/bare" "$PRUN" -q
is "$rc" 4 'an environment without pytest: exit status 4'
ok 'says how to get it' grep -q 'pip install pytest' "$err"

done_testing
