"""Short cut of tmp_path: the next number of a folder is found in C.

Up to 9.1 pytest lists the base folder for each test's folder and looks at each name in Python; the same is done in C
(from 9.2 on pytest counts).  In all releases it resolves the path of each folder to see that it is one of the base
folder's own; a path of which no part is a link resolves to itself, and C sees that.  All else stays pytest's.

Both are taken only while pytest's functions, pathlib's and os's that they stand for are what they were: a test may
have a fake file system.  Names that are not for C to judge, and folders that cannot be read, are left to Python.
"""
import os
import sys
from pathlib import PosixPath

import _prun
from _pytest import pathlib as own
from _pytest import tmpdir
from _pytest.tmpdir import TempPathFactory

from prun import fast
from prun.fast import intact

_make_numbered_dir = own.make_numbered_dir
_ensure_relative = TempPathFactory._ensure_relative_to_basetemp
_LISTS = "os.listdir" if fast.release() < (8, 3) else "os.scandir"  # what is listed with, for audit hooks

_SCAN = [
    *((own, name) for name in ("find_prefixed", "find_suffixes", "extract_suffixes", "parse_num", "_force_symlink")),
    *((os, name) for name in ("scandir", "listdir")),
    (PosixPath, "iterdir"),
]
_RESOLVE = [(os.path, "realpath"), (os.path, "normpath"), (os, "lstat"), (os, "readlink"), (PosixPath, "resolve")]


_SCAN, _RESOLVE = intact.watch(_SCAN), intact.watch(_RESOLVE)


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
    sys.audit(_LISTS, root)
    return _prun.highest(os.fsencode(root), prefix.encode())


def ensure_relative_to_basetemp(self, basename):
    """TempPathFactory._ensure_relative_to_basetemp(): which raises ValueError for what is not just below."""
    base = self.getbasetemp()
    plain = type(base) is PosixPath and type(basename) is str and _prun.intact(_RESOLVE)
    if plain and basename not in ("", ".", "..") and "/" not in basename and "\0" not in basename:
        if _prun.unlinked(f"{base}/{basename}"):
            return basename
    return _ensure_relative(self, basename)


def take(config):
    """Exchange the two for the rest of the process, unless something speaks against it."""
    if fast.decide(config, "tmp_path", _why_not):
        if hasattr(tmpdir, "make_numbered_dir"):
            tmpdir.make_numbered_dir = make_numbered_dir
        TempPathFactory._ensure_relative_to_basetemp = ensure_relative_to_basetemp


def _why_not():
    numbered = getattr(tmpdir, "make_numbered_dir", _make_numbered_dir)  # none from 9.2 on
    if numbered not in (_make_numbered_dir, make_numbered_dir) or not _prun.intact(_SCAN + _RESOLVE):
        return "what makes numbered folders is not pytest's own"
    ensure = TempPathFactory._ensure_relative_to_basetemp
    return "" if ensure in (_ensure_relative, ensure_relative_to_basetemp) else "TempPathFactory is not pytest's own"
