"""``--changed [REF]``: only tests of files that changed since a revision of git, or that import such a file.

Imports are read from the text of the project's own files (imports.py), and where the interpreter has loaded a module
it says where that is.
"""
import os
import subprocess
import sys

import pytest

from prun import choosing
from prun.choosing import imports

OPTION = "--changed"


# ---- git ----


def _git(folder, *args):
    """What it prints, in bytes.  Raises UsageError."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except OSError as e:
        raise pytest.UsageError(f"{OPTION} needs git, which cannot be run: {e.strerror}") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise pytest.UsageError(f"{OPTION}: git cannot say what has changed: {said or 'it does not say why'}")
    return done.stdout


def _must_be_known(top, ref):
    try:
        _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}")
    except pytest.UsageError:
        hint = f"; {OPTION} takes what follows it for a revision, so write {OPTION}=HEAD" if os.path.exists(ref) else ""
        raise pytest.UsageError(f"{OPTION}: git knows no revision {ref!r}{hint}") from None


def _files(top, *args):
    return {os.path.join(top, os.fsdecode(name)) for name in _git(top, *args, "-z").split(b"\0") if name}


# ---- the choice ----


def _real(path):
    return os.path.realpath(path)


def _below(top, path):
    return path == top or path.startswith(top + os.sep)


class Changed(choosing.Chooser):
    def __init__(self, config, ref):
        self._config = config
        self._ref = ref
        top = os.fsdecode(_git(config.rootpath, "rev-parse", "--show-toplevel")).rstrip("\n")
        self._top = _real(top)
        _must_be_known(self._top, ref)
        self._changed = _files(self._top, "diff", "--name-only", "--no-renames", "--no-ext-diff", ref)
        self._changed |= _files(self._top, "ls-files", "--others", "--exclude-standard")
        self._files = self._changed | _files(self._top, "ls-files")
        self._names = {os.path.basename(file) for file in self._changed if not file.endswith(".py")}

    def _roots(self):
        for folder in (self._top, _real(self._config.rootpath)):
            yield folder
            yield os.path.join(folder, "src")
        for folder in map(_real, sys.path):
            if _below(self._top, folder):
                yield folder

    def _loaded(self):
        found = {}
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if type(file) is str and file.endswith(".py") and _real(file) in self._files:
                found[name] = _real(file)
        return found

    def _of_all(self):
        """What every test depends on: the configuration, and plugins that are no conftests."""
        if self._config.inipath:
            yield _real(self._config.inipath)
        for plugin in self._config.pluginmanager.get_plugins():
            file = getattr(plugin, "__file__", None)
            if type(file) is str and os.path.basename(file) != "conftest.py" and _real(file) in self._files:
                yield _real(file)

    def _around(self, file):
        """Conftests and packages of the folders that a test file is in."""
        folder = os.path.dirname(file)
        while _below(self._top, folder):
            for name in ("conftest.py", "__init__.py"):
                path = os.path.join(folder, name)
                if path in self._files:
                    yield path
            folder = os.path.dirname(folder)

    def _named(self, strings):
        """Changed files of other kinds that have their name in a string."""
        if not self._names:
            return
        words = {os.path.basename(string) for string in strings} & self._names
        for file in self._changed:
            if os.path.basename(file) in words:
                yield file

    def _affected(self, tests):
        if not self._changed:
            return set()
        graph = imports.Graph(self._files, self._roots(), self._loaded())
        of_all = list(self._of_all())

        def edges(file):
            files, strings = graph.direct(file)
            yield from files
            yield from self._named(strings)
            if file in tests:
                yield from of_all
                yield from self._around(file)

        return imports.reaching(tests, edges, self._changed)

    def choose(self, session, items):
        real = {path: _real(path) for path in {item.path for item in items}}
        tests = set(real.values())
        affected = self._affected(tests)
        self.line = (
            f"changed since {self._ref}: {len(self._changed)} file{'' if len(self._changed) == 1 else 's'}, "
            f"on which {len(affected)} of {len(tests)} test files depend"
        )
        return [item for item in items if real[item.path] in affected]
