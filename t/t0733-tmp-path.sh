#!/usr/bin/env bash
# The short cut of tmp_path: folders have the names, modes, contents and links that pytest gives them.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

# made: what is below the base folder, with modes and where links lead, without numbers of runs and workers.
made() {
    find "$work/base" -printf '%P %y %m %l\n' | sed "s#$work/base#BASE#" | sort
}

# same DESCRIPTION ARGUMENTS...: with one worker, so that the order is that of the file.
same() {
    local what=$1
    shift
    prun -n 1 -v --no-fast --basetemp="$work/base" "$@"
    local status=$rc
    made >"$work/without"
    rm -rf "$work/base"
    normalised "$out" "$err" | sed 's/=*//g; /^short cuts/d' >"$work/without.out"
    prun -n 1 -v --basetemp="$work/base" "$@"
    is "$rc" "$status" "$what: exit status"
    made >"$work/with"
    rm -rf "$work/base"
    normalised "$out" "$err" | sed 's/=*//g; /^short cuts/d' >"$work/with.out"
    ok "$what: folders" diff "$work/without" "$work/with"
    ok "$what: what is said" diff "$work/without.out" "$work/with.out"
}

put test_paths.py <<'PY'
import os
import sys

import pytest

here = pytest.mark.parametrize("n", [1, 10, "1_0", "K", "Ä", "a/b", "current", "+5", " 7"])
heard = []
refused = []


def hear(event, args):
    if event in ("os.mkdir", "os.remove", "os.symlink", "os.scandir", "os.listdir"):
        heard.append(" ".join([event, *(type(arg).__name__ for arg in args)]))
        if event in refused:
            raise refused[1]


sys.addaudithook(hear)


@here
def test_a(tmp_path, n):
    (tmp_path / "file").write_text(str(n))
    assert tmp_path.is_dir()


@here
def test_A(tmp_path, n):
    assert os.listdir(tmp_path) == []


def test_plain(tmp_path, tmp_path_factory):
    assert tmp_path.name == "test_plain0"
    assert tmp_path_factory.mktemp("test_plain").name == "test_plain1"
    (tmp_path.parent / "test_plain41").mkdir()
    assert tmp_path_factory.mktemp("TEST_plain").is_dir()
    assert tmp_path_factory.mktemp("test_plain").is_dir()


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/tmp", "a/../b", "link", "a\0b", "file"])
@pytest.mark.parametrize("numbered", [True, False])
def test_names(tmp_path_factory, name, numbered):
    base = tmp_path_factory.getbasetemp()
    if not os.path.lexists(base / "link"):
        (base / "link").symlink_to("/tmp")
        (base / "file").write_text("")
    try:
        told = tmp_path_factory.mktemp(name, numbered=numbered).name
    except (OSError, ValueError) as e:
        told = repr(e)
    sys.__stderr__.write(f"{name!r} {numbered} {told}\n")


odd_names = ["odd+7", "odd-3", "odd 9", "odd١", "odd1_1", "odd__1", "oddx5", "od\u212a", "odd" + "1" * 30]


@pytest.mark.parametrize("odd", odd_names)
def test_odd_neighbours(tmp_path_factory, odd):
    base = tmp_path_factory.getbasetemp()
    (base / odd).mkdir(exist_ok=True)
    sys.__stderr__.write(f"{odd!r} {tmp_path_factory.mktemp('odd').name}\n")
    (base / odd).rmdir()


def test_races(tmp_path_factory, monkeypatch):
    base = tmp_path_factory.getbasetemp()
    mkdir = os.mkdir
    monkeypatch.setattr(os, "mkdir", lambda path, *rest: mkdir(path, *rest) or mkdir(path, *rest))
    with pytest.raises(OSError) as caught:
        tmp_path_factory.mktemp("race")
    sys.__stderr__.write(f"{caught.value}\n")


def test_fake(tmp_path_factory, monkeypatch):
    monkeypatch.setattr(os, "scandir", None)
    monkeypatch.setattr(os, "listdir", None)
    try:
        told = tmp_path_factory.mktemp("fake").name
    except TypeError as e:
        told = repr(e)
    sys.__stderr__.write(f"{told}\n")


def test_umask(tmp_path_factory):
    before = os.umask(0o277)
    try:
        tmp_path_factory.mktemp("masked")
    finally:
        os.umask(before)


def test_no_base(tmp_path_factory):
    base = tmp_path_factory.getbasetemp()
    moved = base.with_name("moved")
    base.rename(moved)
    try:
        told = tmp_path_factory.mktemp("gone").name
    except OSError as e:
        told = type(e).__name__
    finally:
        if base.exists():
            base.rmdir()
        moved.rename(base)
    sys.__stderr__.write(f"{told}\n")


@pytest.mark.parametrize("event", ["os.remove", "os.symlink"])
@pytest.mark.parametrize("error", [OSError, KeyError])
def test_refused(tmp_path_factory, event, error):
    refused[:] = event, error("refused")
    try:
        told = tmp_path_factory.mktemp("refused").name
    except KeyError as e:
        told = repr(e)
    finally:
        refused.clear()
    sys.__stderr__.write(f"{event} {error} {told}\n")


@pytest.mark.parametrize("there", ["file", "folder", "linked"])
def test_current(tmp_path_factory, there):
    current = tmp_path_factory.getbasetemp() / f"{there}current"
    if there == "file":
        current.write_text("")
    elif there == "folder":
        current.mkdir()
    tmp_path_factory.mktemp(there)
    tmp_path_factory.mktemp(there)


def test_no_number(tmp_path_factory):
    tmp_path_factory.mktemp("link")


def test_heard(tmp_path):
    sys.__stderr__.write(f"{sorted(set(heard))}\n")
PY
same 'odd names' --capture=sys -s
has '^short cuts: .*tmp_path' 'the short cut is taken'
same 'those of passed tests are removed' -k 'test_a or test_A' -o tmp_path_retention_policy=failed

# left SHORT-CUTS...: what five runs leave of their folders, which are hard to remove.
left() {
    rm -rf "$work/temporary"
    mkdir "$work/temporary"
    for _ in 1 2 3 4 5; do
        TMPDIR=$work/temporary prun -n 2 "$@" test_left.py
    done
    (cd "$work"/temporary/pytest-of-* && printf '%s\n' * | sort)
}

put test_left.py <<'PY'
import os

import pytest


@pytest.mark.parametrize("n", [1, 2])
def test_left(tmp_path, n, monkeypatch):
    (tmp_path / "link").symlink_to(os.path.abspath("kept"))
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked" / "file").write_text("")
    (tmp_path / "locked").chmod(0)
    monkeypatch.chdir(tmp_path)
    for _ in range(150):
        os.mkdir("deep")
        os.chdir("deep")
PY
mkdir kept
touch kept/file
left --no-fast >"$work/without"
left >"$work/with"
is "$(cat "$work/with")" "$(printf '%s\n' pytest-2 pytest-3 pytest-4 pytest-current)" 'old folders are removed'
ok 'as they are without short cuts' diff "$work/without" "$work/with"
ok 'what links in them lead to is not' test -f kept/file

put conftest.py <<'PY'
from _pytest import pathlib

pathlib.parse_num = lambda number: 5
PY
same 'a suite that changes pytest' -k test_plain
has "^short cuts: .*not tmp_path: what makes" "the short cut is not taken, and why"
done_testing
