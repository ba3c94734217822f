"""Short cuts of tmp_path: its folders are numbered and checked in C, and those of old runs are removed there.

Up to 9.1 pytest lists the base folder for each test's folder and looks at each name in Python; the same is done in C
(from 9.2 on pytest counts).  In all releases it resolves the path of each folder to see that it is one of the base
folder's own; a path of which no part is a link resolves to itself, and C sees that.  Before the link to the latest
folder of a name is made, the one that is mostly not there is removed: in C that raises nothing.  Folders of old runs
are removed by several threads, which audit hooks hear of as of one removal; what these cannot remove pytest does.
All else stays pytest's.

They are taken only while pytest's functions, pathlib's and os's that they stand for are what they were: a test may
have a fake file system.  Names that are not for C to judge, and folders that cannot be read, are left to Python.
"""
import os
import shutil
import sys
from pathlib import PosixPath

import _prun
from _pytest import pathlib as own
from _pytest import tmpdir
from _pytest.tmpdir import TempPathFactory

from prun import fast
from prun.fast import intact

_make_numbered_dir = own.make_numbered_dir
_force_symlink = own._force_symlink
_rm_rf = own.rm_rf
_ensure_relative = TempPathFactory._ensure_relative_to_basetemp
_NO_DIR_FD = (None,) if sys.version_info >= (3, 11) else ()  # what audit hooks hear of shutil.rmtree(path)
_LISTS = "os.listdir" if fast.release() < (8, 3) else "os.scandir"  # what is listed with, for audit hooks

_SCAN = [
    *((own, name) for name in ("find_prefixed", "find_suffixes", "extract_suffixes", "parse_num")),
    *((os, name) for name in ("scandir", "listdir")),
    (PosixPath, "iterdir"),
]
_RESOLVE = [(os.path, "realpath"), (os.path, "normpath"), (os, "lstat"), (os, "readlink"), (PosixPath, "resolve")]
_UNLINK = [(os, "unlink"), (PosixPath, "unlink")]
_REMOVE = [(shutil, "rmtree"), *((os, name) for name in ("open", "scandir", "unlink", "rmdir"))]

_SCAN, _RESOLVE, _UNLINK, _REMOVE = map(intact.watch, (_SCAN, _RESOLVE, _UNLINK, _REMOVE))


def make_numbered_dir(root, prefix, mode=0o700):
    """pathlib.make_numbered_dir(), with another way to the highest number."""
    for _ in range(10):
        highest = _highest(root, prefix)
        if highest is None:
            return _make_numbered_dir(root, prefix, mode)
        path = root.joinpath(f"{prefix}{highest + 1}")
        try:
            path.mkdir(mode=mode)
        except Exception:
            continue
        own._force_symlink(root, prefix + "current", path)
        return path
    raise OSError(f"could not create numbered dir with prefix {prefix} in {root} after 10 tries")


def _highest(root, prefix):
    """The highest number of a folder with the prefix, -1 if there is none; None: pytest has to look itself."""
    if type(root) is not PosixPath or type(prefix) is not str or not prefix.isascii() or "\0" in prefix:
        return None
    if not _prun.intact(_SCAN):
        return None
    sys.audit(_LISTS, os.fspath(root))
    return _prun.highest(os.fsencode(root), prefix.encode())


def ensure_relative_to_basetemp(self, basename):
    """TempPathFactory._ensure_relative_to_basetemp(): which raises ValueError for what is not just below."""
    __tracebackhide__ = True  # as there is no such function in pytest
    base = self.getbasetemp()
    plain = type(base) is PosixPath and type(basename) is str and _prun.intact(_RESOLVE)
    if plain and basename not in ("", ".", "..") and "/" not in basename and "\0" not in basename:
        if _prun.unlinked(f"{base}/{basename}"):
            return basename
    return _ensure_relative(self, basename)


def force_symlink(root, target, link_to):
    """pathlib._force_symlink(), without an exception for the link that there was not."""
    __tracebackhide__ = True
    if type(root) is not PosixPath or not _prun.intact(_UNLINK):
        return _force_symlink(root, target, link_to)
    link = root.joinpath(target)
    try:
        sys.audit("os.remove", os.fspath(link), -1)
        _prun.unlink(link)
    except OSError:
        pass
    try:
        link.symlink_to(link_to)
    except Exception:
        pass


def rm_rf(path):
    """pathlib.rm_rf()."""
    __tracebackhide__ = True
    if type(path) is PosixPath and _prun.intact(_REMOVE):
        sys.audit("shutil.rmtree", os.fspath(path), *_NO_DIR_FD)
        if _prun.remove(path):
            return
    _rm_rf(path)


def take(config):
    """Exchange them for the rest of the process, unless something speaks against it."""
    if fast.decide(config, "tmp_path", _why_not):
        for module, name, _, ours in _here():
            setattr(module, name, ours)
        TempPathFactory._ensure_relative_to_basetemp = ensure_relative_to_basetemp


def _here():
    """What this release has of the functions: [(module, name, pytest's own, ours)]."""
    exchanged = [
        (tmpdir, "make_numbered_dir", _make_numbered_dir, make_numbered_dir),  # up to 9.1
        (tmpdir, "_force_symlink", _force_symlink, force_symlink),  # from 9.2 on
        (own, "_force_symlink", _force_symlink, force_symlink),
        (own, "rm_rf", _rm_rf, rm_rf),
        (tmpdir, "rm_rf", _rm_rf, rm_rf),
    ]
    return [it for it in exchanged if hasattr(it[0], it[1])]


def _why_not():
    theirs = any(getattr(module, name) not in known for module, name, *known in _here())
    if theirs or not _prun.intact(_SCAN + _RESOLVE + _UNLINK + _REMOVE):
        return "what makes numbered folders is not pytest's own"
    ensure = TempPathFactory._ensure_relative_to_basetemp
    return "" if ensure in (_ensure_relative, ensure_relative_to_basetemp) else "TempPathFactory is not pytest's own"
