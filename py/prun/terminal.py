"""The terminal that prun was started from, which the master lends to one worker at a time, for a debugger.

While it is lent nothing of the master's is shown: what is written to standard output and error is kept, and shown
when the terminal is ours again.
"""
import contextlib
import os
import signal

from prun import child
from prun.quiet import flush

PATH = "/dev/tty"


def there(config):
    """Is somebody at the keyboard?  That is, is standard input, which pytest may have captured, a terminal of ours?"""
    try:
        if not os.isatty(child.outer_descriptors(config, "in_", 0)[0]):
            return False
        os.close(os.open(PATH, os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _unstopped():
    """Who is not in the foreground is stopped by what he does to the terminal, unless he blocks the signal."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTTOU,))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Held:
    """Standard output and error, whose content is kept for later."""

    def __init__(self):
        flush()
        self._kept = []  # (descriptor, where it led, file)
        for fd in (1, 2):
            with contextlib.suppress(OSError):  # it is closed
                file = os.memfd_create("held")
                self._kept.append((fd, os.dup(fd), file))
                os.dup2(file, fd)

    def release(self):
        flush()
        for fd, outer, file in self._kept:
            os.dup2(outer, fd)
            os.close(outer)
            os.lseek(file, 0, os.SEEK_SET)
            while data := os.read(file, 1 << 16):
                while data:
                    data = data[os.write(fd, data) :]
            os.close(file)


class Terminal:
    """The master's side.  ``holder`` says who has it: the number of a worker, or None while it is ours."""

    def __init__(self, config):
        self._config = config
        self.holder = None
        self.watchers = []  # called with `holder` before the terminal is lent, and when it is ours again
        self._fd = self._group = self._modes = self._held = None

    def lend(self, worker, pid):
        """To worker number `worker`, a process group of its own.  Returns whether there is a terminal to lend."""
        import termios

        if not there(self._config):
            return False
        self._fd = os.open(PATH, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        self._group = os.tcgetpgrp(self._fd)
        self._modes = termios.tcgetattr(self._fd)
        if self._group != os.getpgrp() or not self._give(pid):  # in the background, or the worker has left its group
            os.close(self._fd)
            return False
        self._tell(worker)
        self._held = _Held()
        return True

    def _give(self, group):
        try:
            with _unstopped():
                os.tcsetpgrp(self._fd, group)
        except OSError:
            return False
        return True

    def take_back(self):
        import termios

        self._give(self._group)
        with contextlib.suppress(termios.error), _unstopped():
            termios.tcsetattr(self._fd, termios.TCSADRAIN, self._modes)
        os.close(self._fd)
        self._held.release()
        self._tell(None)

    def _tell(self, holder):
        self.holder = holder
        for watcher in self.watchers:
            watcher(holder)
