#!/usr/bin/env bash
# `pip install .`: the wheel, what is in it, and runs where it is installed.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

top=$(dirname "$T")

# Debian's own interpreter can have what builds a wheel without a network.  (pip before setuptools is one too early.)
for python in "$PRUN_TEST_PYTHON" /usr/bin/python3 ''; do
    [ -n "$python" ] && "$python" -c 'import setuptools, wheel, pip' 2>/dev/null && break
done
if [ -z "$python" ] || ! "$PRUN_TEST_PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
    skip 'needs pip, setuptools, wheel and venv (Debian: python3-pip python3-setuptools python3-wheel python3-venv)' 'pip install .'
    done_testing
fi
unset PIP_REQUIRE_VIRTUALENV PIP_USER VIRTUAL_ENV
pip() { run "$python" -m pip --disable-pip-version-check --no-input "$@"; }

# The tree as a source distribution has it, without what make and git left there.
tree=$work/tree
mkdir "$tree"
(cd "$top" && tar -cf - --exclude=__pycache__ --exclude='*.so' --exclude='*.egg-info' pyproject.toml setup.py MANIFEST.in \
    sources.mk configure.ac config.mk.in Makefile README.md LICENSE src include py man) | tar -xf - -C "$tree"

# ---- the wheel ----

pip wheel -q --no-build-isolation --no-index --no-deps -w "$work/wheels" "$tree"
wheel=$(echo "$work"/wheels/*)
is "$rc ${wheel##*/}" "0 prun-$(sed -n 's/^AC_INIT(\[prun\], \[\(.*\)\])/\1/p' "$top/configure.ac")-cp39-abi3-linux_$(uname -m).whl" \
    'one wheel for every CPython from 3.9 on'
"$python" -m zipfile -l "$wheel" | awk '{ print $1 }' | sort >"$work/files"
(cd "$top/py" && find prun -name __pycache__ -prune -o -type f -print && echo _prun.abi3.so) | sort >"$work/wanted"
ok 'it has every file of the package, and the extension module' diff "$work/wanted" <(grep -E '^(prun/|_prun)' "$work/files")
(cd "$top/man" && for f in *.[1-9]; do echo "share/man/man${f##*.}/$f"; done) | sort >"$work/wanted"
ok 'and the man pages' diff "$work/wanted" <(sed -n 's|.*/data/\(share/man/\)|\1|p' "$work/files")

# ---- installed ----

"$PRUN_TEST_PYTHON" -m venv "$work/env"
env=$work/env
# pytest, and nothing from elsewhere.
"$PRUN_TEST_PYTHON" -c 'import site, pytest; print(pytest.__path__[0].rpartition("/")[0])' >"$(echo "$env"/lib/python3*/site-packages)/there.pth"
run "$env/bin/python" -m pip --disable-pip-version-check install -q --no-index --no-deps "$wheel"
is "$rc" 0 'it installs into a virtual environment'

use demo
for way in "$env/bin/prun" "$env/bin/python -m prun" "$env/bin/python -m pytest -p prun"; do
    # shellcheck disable=SC2086
    run $way -n 2
    is "$rc" 0 "${way#"$env/bin/"} -n 2"
    has '^2 workers \[41 items\], --dist duration' 'with workers of prun'
done
run env PATH=/nowhere VIRTUAL_ENV=/nowhere "$env/bin/prun" --version
has "^CPython [0-9.]+ \\($env/bin/python" "prun is of the environment that it stands in, whichever is active"

cat >test_see.py <<'PY'
import sys


def test_see():
    print(*sys.argv, *sys.path, *sorted(vars(sys.modules["__main__"])), *sys.flags, sys.executable, sep="\n")
PY
run "$env/bin/python" -m pytest -q -s -k see
sed '$d' "$out" >"$work/wanted"
run "$env/bin/prun" -q -s -k see
ok 'a suite sees what it sees under python -m pytest' diff "$work/wanted" <(sed '$d' "$out")

# Installed and not asked for.
run "$env/bin/python" -m pytest --help
hasnt 'prun|--leaks|--verify' "pytest's own runs know nothing of it"
run "$env/bin/python" -m pytest -VV
hasnt 'prun' 'nor does pytest -VV'

# ---- what cannot be built is refused in words ----

cd "$tree" || exit
refusal() { run "$python" -c "import sys, sysconfig; sys.argv[1:] = ['-q', 'bdist_wheel']; $1; exec(open('setup.py').read())"; }
refusal 'sysconfig.get_config_vars()["Py_GIL_DISABLED"] = 1'
ok 'a free-threaded Python' grep -q 'is a free-threaded Python; prun needs CPython with the GIL' "$err"
refusal 'import os; os.environ["PKG_CONFIG_LIBDIR"] = "/nowhere"'
ok 'missing libraries' grep -q '^prun: missing: libbsd, or pkg-config' "$err"

# ---- a source distribution ----

run "$python" setup.py -q sdist -d "$work/sdist"
is "$rc" 0 'a source distribution'
mkdir "$work/unpacked" && tar -xzf "$work"/sdist/*.tar.gz -C "$work/unpacked" --strip-components=1
ok 'it has all that the tree has' diff -rq -x build -x '*.egg-info' -x PKG-INFO -x setup.cfg "$tree" "$work/unpacked"
pip wheel -q --no-build-isolation --no-index --no-deps -w "$work/again" "$work"/sdist/*.tar.gz
is "$rc $(echo "$work"/again/* | sed 's|.*/||')" "0 ${wheel##*/}" 'and makes the same wheel'

done_testing
