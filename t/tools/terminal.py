"""Run a command on a terminal, do things to it when something is seen there, and print what was written in the end.

    terminal.py COLUMNSxROWS RAW STEP... -- COMMAND...

RAW: a file for all that came from the command.  Steps, one after the other:
    see REGEX      until a row matches            gone REGEX   until none does
    touch FILE     size COLUMNSxROWS              signal NAME  to the command
    stopped        until the command is           type TEXT
    show           print the screen as it is now
What is printed at the end are all rows, those that were scrolled away too.  The exit status is the command's, or 99 if
a step waited in vain.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = int(os.environ.get("PATIENCE", 60))
TOKEN = re.compile(r"\x1b(\[[\d;?]*[A-Za-z]|[D78])|[\r\n\b]|[^\x1b\r\n\b]+|\x1b.?", re.DOTALL)


class Screen:
    """As a VT100, as far as prun and pytest ask."""

    def __init__(self, columns, rows):
        self.columns, self.height = columns, rows
        self.gone, self.rows = [], [""]
        self.x = self.y = 0
        self.saved = 0, 0

    def _down(self):
        self.y += 1
        if self.y == len(self.rows):
            self.rows.append("")
        if len(self.rows) > self.height:
            self.gone.append(self.rows.pop(0))
            self.y -= 1

    def _put(self, char):
        if self.x >= self.columns:
            self._down()
            self.x = 0
        row = self.rows[self.y].ljust(self.x)
        self.rows[self.y] = row[: self.x] + char + row[self.x + 1 :]
        self.x += 1

    def feed(self, text):
        for match in TOKEN.finditer(text):
            token = match[0]
            if token in _CODES:
                _CODES[token](self)
            elif re.fullmatch(r"\x1b\[[\d;]*m", token):
                pass
            elif token[0] == "\x1b":
                raise ValueError(f"the terminal does not know {token!r}")
            else:
                for char in token:
                    self._put(char)

    def _set(self, x=None, y=None):
        self.x = self.x if x is None else x
        self.y = self.y if y is None else min(max(y, 0), self.height - 1)
        while self.y >= len(self.rows):
            self.rows.append("")

    def _erase(self):
        self.rows[self.y :] = [self.rows[self.y][: self.x]]

    def _save(self):
        self.saved = self.x, self.y

    def text(self):
        return [*self.gone, *self.rows]


_CODES = {
    "\r": lambda s: s._set(x=0),
    "\n": Screen._down,
    "\b": lambda s: s._set(x=max(0, s.x - 1)),
    "\x1bD": Screen._down,
    "\x1b[A": lambda s: s._set(y=s.y - 1),
    "\x1b[B": lambda s: s._set(y=s.y + 1),
    "\x1b7": Screen._save,
    "\x1b8": lambda s: s._set(*s.saved),
    "\x1b[J": Screen._erase,
}


class Terminal:
    def __init__(self, size, raw, command):
        columns, rows = map(int, size.split("x"))
        self.screen = Screen(columns, rows)
        self.raw = open(raw, "wb")
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            self._resize(0, columns, rows)
            os.execvp(command[0], command)
        self.over = False

    @staticmethod
    def _resize(fd, columns, rows):
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        if self.over or not select.select([self.fd], [], [], seconds)[0]:
            return
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # nobody has the other side open any more
            data = b""
        self.over = not data
        self.raw.write(data)
        self.raw.flush()
        self.screen.feed(data.decode(errors="replace"))

    def until(self, seen, what):
        end = time.monotonic() + PATIENCE
        while not seen():
            if self.over or time.monotonic() > end:
                print(*self.screen.rows, f"-- waited in vain: {what}", sep="\n")
                os.kill(self.pid, signal.SIGKILL)
                sys.exit(99)
            self.read(0.1)

    def matches(self, regex):
        return any(re.search(regex, row) for row in self.screen.rows)

    def see(self, regex):
        self.until(lambda: self.matches(regex), f"see {regex}")

    def gone(self, regex):
        self.until(lambda: not self.matches(regex), f"gone {regex}")

    def stopped(self):
        def state():
            with open(f"/proc/{self.pid}/stat") as f:
                return f.read().rpartition(")")[2].split()[0]

        self.until(lambda: state() == "T", "stopped")

    def touch(self, file):
        open(file, "w").close()

    def size(self, size):
        columns, rows = map(int, size.split("x"))
        self._resize(self.fd, columns, rows)
        self.screen.columns, self.screen.height = columns, rows

    def signal(self, name):
        os.kill(self.pid, getattr(signal, f"SIG{name}"))

    def type(self, text):
        os.write(self.fd, text.encode())

    def show(self):
        print(*self.screen.rows, "--", sep="\n")

    def end(self):
        self.until(lambda: self.over, "the end") if not self.over else None
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def main(size, raw, *args):
    at = args.index("--")
    terminal = Terminal(size, raw, args[at + 1 :])
    for step in args[:at]:
        name, _, argument = step.partition(" ")
        getattr(terminal, name)(*[argument] if argument else [])
    end = time.monotonic() + PATIENCE
    while not terminal.over and time.monotonic() < end:
        terminal.read(0.1)
    if not terminal.over:
        os.kill(terminal.pid, signal.SIGKILL)
    print(*[row.rstrip() for row in terminal.screen.text()][: -1 if not terminal.screen.rows[-1] else None], sep="\n")
    sys.exit(terminal.end() if terminal.over else 99)


main(*sys.argv[1:])
