"""A terminal on whose last row something stands that others must not write into.

The cursor rests where the reporter has left it, and the line begins there, or one row below if the reporter is in the
middle of its own.  So erasing is one code whatever the terminal's size has become, and what writes past all of this,
such as the echo of a Ctrl-C, comes where it would come without a line.
"""
import os
import shutil
import sys
import time

_ERASE = "\x1b[J"  # from the cursor to the end of the screen
# Down and up again, which scrolls if this is the last row; then below, and back to where the cursor was.
_BELOW = "\x1bD\x1b[A\x1b7\x1b[B\r{}\x1b8"
_HERE = "\x1b7{}\x1b8"
_EVERY = 0.1  # seconds that what is written may wait for the next draw()


class _Aside:
    """Another stream to the same terminal: the line goes before something is written to it."""

    def __init__(self, file, screen):
        self._file = file
        self._screen = screen

    def write(self, text):
        self._screen.aside(text[-1:] != "\n")
        return self._file.write(text)

    def __getattr__(self, name):
        return getattr(self._file, name)


class Screen:
    """The reporter's file meanwhile, and sys.stdout if that was the same; sys.stderr gives way."""

    def __init__(self, reporter):
        self._writer = reporter._tw
        self._file = self._writer._file
        self._held = []  # what was written since the last draw()
        self._line = ""
        self._in_row = bool(self._writer.width_of_current_line)  # something stands left of the cursor
        self._drawn = 0.0
        self._writer._file = self
        if sys.stdout is self._file:
            sys.stdout = self
        self._stderr = sys.stderr
        if sys.stderr is not None and sys.stderr.isatty():
            sys.stderr = _Aside(sys.stderr, self)

    def __getattr__(self, name):
        return getattr(self._file, name)

    def write(self, text):
        text.encode(self._file.encoding, self._file.errors)  # what cannot be written is to be said now
        self._held.append(text)
        return len(text)

    def flush(self):
        if time.monotonic() - self._drawn >= _EVERY:
            self.draw(self._line)

    def columns(self):
        """Of the terminal, as it is now."""
        try:
            columns = os.get_terminal_size(self._file.fileno()).columns
        except (OSError, ValueError):
            columns = 0
        return columns or shutil.get_terminal_size().columns

    def draw(self, line):
        """Write what was held, and then the line; "": none."""
        line = line.encode(self._file.encoding, "replace").decode(self._file.encoding)
        text = "".join(self._held)
        self._held.clear()
        self._drawn = time.monotonic()
        if not text and line == self._line:
            return
        if text:
            self._in_row = not text.endswith("\n")
        erase = _ERASE if self._line else ""
        below = (_BELOW if self._in_row else _HERE).format(line) if line else ""
        self._line = line
        self._file.write(erase + text + below)
        self._file.flush()

    def aside(self, in_row):
        """Somebody else writes something, and is in the middle of a row then, or at the beginning of one."""
        self.draw("")
        self._in_row = in_row

    def close(self):
        self.draw("")
        self.leave()

    def leave(self):
        """Put everything back without a word."""
        if self._writer._file is self:
            self._writer._file = self._file
        if sys.stdout is self:
            sys.stdout = self._file
        if type(sys.stderr) is _Aside:
            sys.stderr = self._stderr
