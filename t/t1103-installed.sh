#!/usr/bin/env bash
# `make install`, and what runs from there: also in a Python that it was not compiled for.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

top=$(dirname "$T")
unset MAKEFLAGS MFLAGS MAKELEVEL PYTHONDONTWRITEBYTECODE
# No other PREFIX: prun knows its folder, and would be built anew under the feet of other tests.
run make -s -C "$top" ${BUILD:+BUILD="$BUILD"} install DESTDIR="$work/root"
is "$rc" 0 'make install, below DESTDIR'
usr=$work/root/usr/local lib=$work/root/usr/local/lib/prun
(cd "$top/py" && find prun -name __pycache__ -prune -o -type f -print && echo _prun.abi3.so) | sort >"$work/wanted"
ok 'all files of the package and the extension module' diff "$work/wanted" \
    <(cd "$lib" && find . -name __pycache__ -prune -o -type f -print | sed 's|^\./||' | sort)
(cd "$top/man" && for f in *.[1-9]; do echo "man${f##*.}/$f"; done) | sort >"$work/wanted"
ok 'all man pages' diff "$work/wanted" <(cd "$usr/share/man" && find . -type f | sed 's|^\./||' | sort)

echo 'def test_one(): pass' >test_one.py
run "$usr/bin/prun" -q -n 2
is "$rc $(summary)" '0 1 passed' 'it runs from there'

# ---- bytecode, for who may not write there ----

find "$lib" -name __pycache__ -prune -exec rm -r '{}' +
chmod -R a-w "$lib"
chmod 711 "$work" && chmod 777 "$TMPDIR" && mkdir -m 777 "$work/home"
as_user=()
[ "$(id -u)" -ne 0 ] || as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)

# user_run VARIABLE...: sets made, the number of files that the run wrote bytecode of.
user_run() {
    run "${as_user[@]}" env HOME="$work/home" PYTHONVERBOSE=1 "$@" "$PRUN_TEST_PYTHON" "$lib/prun/__main__.py" \
        -q -p no:cacheprovider
    made=$(grep -c "^# created '.*\.pyc'" "$err")
}

if ! "${as_user[@]}" env "$PRUN_TEST_PYTHON" -c '' 2>/dev/null; then
    skip 'no other user can run this interpreter' 'bytecode for who may not write there'
    chmod -R u+w "$lib"
    done_testing
    exit
fi
user_run A=1
many=$made
ok 'what is not compiled is, into a folder of the user' test "$many" -gt 10
is "$rc $(find "$lib" -name '*.pyc' | wc -l)" '0 0' 'and not beside the sources'
is "$(find "$work/home/.cache/prun" -path '*/prun/*.pyc' | wc -l)" "$many" 'the folder has nothing but that'
user_run A=1
is "$rc $made" '0 0' 'and only once'
reads() { grep -q "code object from '$work/home" "$err"; }
ok 'it is read' reads
chmod 777 "$work/home/.cache/prun"
user_run A=1
is "$rc $made" '0 0' 'in a folder that others can write to there is nothing written'
ok 'nor read' lacks "code object from '$work/home" "$err"
rm -rf "$work/home/.cache"
user_run PYTHONDONTWRITEBYTECODE=1
is "$rc $(ls -A "$work/home")" '0 ' 'PYTHONDONTWRITEBYTECODE: nothing is written'
chmod -R u+w "$lib"

done_testing
