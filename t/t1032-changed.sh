#!/usr/bin/env bash
# --changed: tests of files that git says have changed, and of those that import them.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
command -v git >/dev/null || { echo '1..0 # SKIP no git' && exit 0; }
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_CEILING_DIRECTORIES=$work
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b

commit() { git add -A && git commit -q --allow-empty -m "$1"; }

# select_ ARGUMENTS...: $files are those of which prun runs tests, in one line.
select_() {
    prun "$@" --collect-only -q
    files=$(grep -oE '^tests/[^:]*' "$out" | sed 's,^tests/,,' | sort -u | paste -sd ' ')
}

# touched FILE WANTED WHAT: with a change in that file, those.
touched() {
    mkdir -p "$(dirname "$1")"
    echo '# changed' >>"$1"
    select_ --changed
    is "$files" "$2" "$3"
    git checkout -q . && git clean -fdq
}

git init -q .
put pytest.ini <<<$'[pytest]\npythonpath = src\naddopts = -p no:cacheprovider'
put src/app/__init__.py <<<'from .core import answer'
put src/app/core.py <<<'answer = 42'
put src/app/lone.py <<<''
put src/app/lazy.py <<<'def load(): import app.lone'
put src/app/sub/__init__.py <<<''
put src/app/sub/deep.py <<<'from ..lazy import load'
put src/space/inner.py <<<'"""No __init__.py: a namespace."""'
put src/plug.py <<<''
put tests/conftest.py <<<'import helper'
put tests/helper.py <<<''
put tests/test_top.py <<<$'import app\ndef test_top(): pass'
put tests/test_deep.py <<<$'from app.sub import deep as d\ndef test_deep(): pass'
put tests/test_patch.py <<<$'from unittest import mock\ndef test_patch():\n    mock.patch("app.lone.x")'
put tests/test_name.py <<<$'import importlib\ndef test_name():\n    importlib.import_module("space.inner")'
put tests/test_data.py <<<$'def test_data():\n    "tests/data/in.json"'
put tests/data/in.json <<<'{}'
put tests/unit/conftest.py <<<''
put tests/unit/test_unit.py <<<$'def test_unit(): pass'
put tests/pack/__init__.py <<<''
put tests/pack/tools.py <<<''
put tests/pack/test_pack.py <<<$'from . import tools\ndef test_pack(): pass'
put tests/notes.txt <<<'Nobody reads this.'
commit all
everything=$(git ls-files tests | sed -n 's,^tests/\(.*test_.*\)$,\1,p' | sort | paste -sd ' ')

select_ --changed
is "$files" '' 'nothing has changed'
is "$rc" 5 'and nothing runs: status 5'
has '^changed since HEAD: 0 files, on which 0 of 7 test files depend$' 'which a line says'
touched tests/test_top.py test_top.py 'a test file itself'
touched src/app/core.py 'test_deep.py test_patch.py test_top.py' 'a module of the package that all import'
touched src/app/lone.py 'test_deep.py test_patch.py' 'imported in a function, and named in a string'
touched src/app/sub/deep.py test_deep.py 'from a package import a module'
touched src/space/inner.py test_name.py 'import_module'
touched tests/helper.py "$everything" 'what a conftest imports'
touched tests/unit/conftest.py unit/test_unit.py 'a conftest reaches what is below it'
touched tests/pack/tools.py pack/test_pack.py 'from . import'
touched tests/pack/__init__.py pack/test_pack.py 'the package that a test is in'
touched tests/data/in.json test_data.py 'a data file whose name stands in a string'
touched tests/notes.txt '' 'one whose name does not'
touched pytest.ini "$everything" 'the configuration'
touched tests/test_new.py '' 'a new file, without tests'
touched tests/unit/conftest_too.py '' 'one that nobody imports'

put tests/test_new.py <<<'def test_new(): pass'
select_ --changed
is "$files" test_new.py 'an untracked test file'
prun --changed -n 2
is "$rc $(summary)" '0 1 passed, 7 deselected' 'with workers'
prun --changed -n 2 --xdist-exact
is "$rc $(summary)" '0 1 passed, 7 deselected' 'with workers that collect'
has '^changed since HEAD: 1 file, on which 1 of 8 test files depend$' 'who say the same'
git add tests/test_new.py
select_ --changed
is "$files" test_new.py 'one that is staged'
git commit -qm new
select_ --changed
is "$files" '' 'one that is committed'
select_ --changed=HEAD~
is "$files" test_new.py 'against an older revision'
mv tests/pack/tools.py tests/pack/moved.py
put tests/pack/test_pack.py <<<$'def test_pack():\n    from . import tools'
select_ --changed
is "$files" pack/test_pack.py 'a module that is gone'
git checkout -q . && git clean -fdq

put conftest.py <<<'pytest_plugins = ["plug"]'
commit plugin
touched src/plug.py "${everything/test_name.py/test_name.py test_new.py}" 'a plugin'
echo '#' >>tests/test_top.py
cd tests/unit || exit
prun --changed --collect-only -q ..
is "$(grep -c '::' "$out")" 1 'from a folder below'
cd ../.. && git checkout -q .
echo '#' >>src/app/core.py
prun --changed --shard 1/3 -n 2
is "$rc $(summary)" '0 1 passed, 7 deselected' 'together with --shard, which divides what has changed'
git checkout -q .

# ---- refusals ----

# refused SENTENCE ARGUMENTS...
refused() {
    local sentence=$1
    shift
    prun "$@"
    is "$rc" 4 "$* is refused"
    ok "$*: in one sentence" grep -Fq "ERROR: $sentence" "$err"
}
refused "--changed: git knows no revision 'nonsense'" --changed=nonsense
refused "--changed: git knows no revision '--output=x'" --changed=--output=x
refused "--changed: git knows no revision 'tests'; --changed takes what follows it for a revision, so write --changed=HEAD" \
    --changed tests
fresh
put test_one.py <<<'def test_one(): pass'
refused '--changed: git cannot say what has changed: fatal: not a git repository' --changed
refused '--changed: git cannot say what has changed: fatal: not a git repository' --changed -n 2 --xdist-exact
git init -q .
refused "--changed: git knows no revision 'HEAD'" --changed
mkdir "$work/bin" && ln -s "$(command -v env)" "$work/bin/env"
run env PATH="$work/bin" "$PRUN_TEST_PYTHON" -c 'import os, sys; os.execv(sys.argv[1], sys.argv[1:])' "$PRUN" --changed
is "$rc" 4 'no git is refused'
ok 'in one sentence' grep -q '^ERROR: --changed needs git, which cannot be run: No such file or directory$' "$err"

done_testing
