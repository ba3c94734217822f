"""Where reports go: streams, and files that are there whole or not at all.

Both have target (as the user named it), write(bytes) and close(), which raise OSError.
"""
import fcntl
import os
import select
import stat

import pytest

STDOUT = "-"


def _refuse(option, target, why):
    raise pytest.UsageError(f"{option} {target or repr(target)}: {why}")


def check(asked):
    """asked: (option, target) of all reports, pytest's too.  Raises UsageError if two would be written to one file."""
    seen = {}
    for option, target in asked:
        place = target if _is_open(target) else os.path.realpath(target)
        if place in seen and (place == target or _can_be_replaced(place)):
            _refuse(option, target, f"{seen[place]} is written there")
        seen[place] = option


def _can_be_replaced(path):
    """Is it a file, or nothing yet?"""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return True


def _path(option, target):
    """The file behind `target`, whose folder is there from now on."""
    path = os.path.expanduser(target)
    if not target or target.endswith("/") or os.path.isdir(path):
        _refuse(option, target, "that is no name of a file")
    if not _can_be_replaced(path):
        return path  # perhaps /dev/fd/5, which is none that can be found otherwise
    path = os.path.realpath(path)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    except OSError as e:
        _refuse(option, target, f"cannot make its folder: {e.strerror}")
    return path


class Stream:
    """What is written is there at once."""

    def __init__(self, option, target):
        """target: a file, ``-``, or ``fd:N``, a descriptor that was open when prun was started."""
        self.target = target
        if target == STDOUT:
            target = "fd:1"
        self._fd = self._descriptor(option, target) if target.startswith("fd:") else self._file(option, target)

    @staticmethod
    def _descriptor(option, target):
        number = target[3:]
        if not (number.isascii() and number.isdigit()):
            _refuse(option, target, "fd: wants the number of a descriptor")
        try:
            fd = os.dup(int(number))  # pytest puts other files in the place of standard output
            if fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
                raise OSError
        except (OSError, OverflowError):
            _refuse(option, target, f"descriptor {number} is not open for writing")
        return fd

    @staticmethod
    def _file(option, target):
        try:
            return os.open(_path(option, target), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        except OSError as e:
            _refuse(option, target, f"cannot be written: {e.strerror}")

    def write(self, data):
        """Waits for a reader that is slow."""
        while data:
            try:
                data = data[os.write(self._fd, data) :]
            except BlockingIOError:
                select.select((), (self._fd,), ())

    def close(self):
        os.close(self._fd)


class Whole:
    """What is written replaces the file when all of it is there."""

    def __init__(self, option, target):
        self.target = target
        self._path = _path(option, target)
        self._temporary = f"{self._path}.{os.getpid()}"
        self._data = []
        try:
            # Better known now than after the tests.
            os.close(os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o666))
            os.unlink(self._temporary)
        except OSError as e:
            _refuse(option, target, f"cannot be written: {e.strerror}")

    def write(self, data):
        self._data.append(data)

    def close(self):
        try:
            with open(self._temporary, "wb") as f:
                f.writelines(self._data)
            os.replace(self._temporary, self._path)
        except BaseException:
            if os.path.exists(self._temporary):
                os.unlink(self._temporary)
            raise


def _is_open(target):
    """Is it a descriptor that prun was given?"""
    return target == STDOUT or target.startswith("fd:")


def to(option, target):
    """Pipes, devices and descriptors are written at once; files are replaced at the end."""
    return Stream(option, target) if _is_open(target) or not _can_be_replaced(target) else Whole(option, target)


class Document:
    """A sink that writes what `render` makes of the story when the run is over."""

    def __init__(self, out, render, story):
        self.target = out.target
        self._out, self._render, self._story = out, render, story

    def event(self, event):
        if event["event"] == "run_end":
            self._out.write(self._render(self._story).encode("utf-8", "backslashreplace"))
            self._out.close()


class Aside:
    """The plugin that leaves standard output to a report: what pytest's reporter writes goes to standard error."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session):
        import sys

        from _pytest.config import create_terminal_writer

        reporter = session.config.pluginmanager.getplugin("terminalreporter")
        if reporter:
            reporter._tw = create_terminal_writer(session.config, sys.stderr)
            reporter.isatty = type(reporter.isatty)(sys.stderr.isatty())  # from pytest 8 on a bool that can be called
