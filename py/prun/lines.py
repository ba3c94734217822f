"""What workers write past the capture, on its way to our own standard streams: live, and no line torn by another's."""
import contextlib
import os
import sys

from prun.quiet import flush

OPTION = "--output-prefix"


def add_options(parser):
    parser.getgroup("prun", "prun").addoption(
        OPTION,
        choices=("auto", "yes", "no"),
        default="auto",
        help="Put [gwN] before each line that a worker writes past the capture (-s, live logs). auto: on a terminal",
    )


def passed_on(config):
    """Does standard output past the capture go anywhere?  Standard error does in any case."""
    return config.getoption("capture", "fd") in ("no", "tee-sys")


def come_at_once():
    """In a worker: what is printed does not wait until much has come together, as it does where no terminal is."""
    with contextlib.suppress(AttributeError, OSError, ValueError):  # there is none, or somebody has put up his own
        sys.__stdout__.reconfigure(line_buffering=True)


def _same_file(*fds):
    try:
        return os.path.samestat(*map(os.fstat, fds))
    except OSError:
        return False


class Lines:
    """The master's side.

    fresh_line: a function that ends the line that the terminal reporter has begun; aside: one that takes away what else
    stands there, called with the bytes that will be written.
    """

    def __init__(self, config, fresh_line, aside):
        wanted = config.getoption("output_prefix", "auto")
        self._prefixed = {fd: os.isatty(fd) if wanted == "auto" else wanted == "yes" for fd in (1, 2)}
        self._fresh_line = fresh_line
        self._aside = aside
        self._beside = _same_file(1, 2)  # do both streams lead to where the reporter writes?
        self._open = {}  # stream, 1 for both where they lead to one file: whose line there has no end yet

    def put(self, worker, fd, data):
        """The core tells lines, and pieces of those that have waited for their ends too long.

        worker: its name; fd: 1 or 2; data: bytes.
        """
        if fd == 1 or self._beside:
            self._fresh_line()
        stream = 1 if self._beside else fd
        if self._prefixed[fd]:
            data = b"".join(f"[{worker}] ".encode() + line + b"\n" for line in data.removesuffix(b"\n").split(b"\n"))
        elif self._open.get(stream, worker) != worker:
            data = b"\n" + data
        self._open[stream] = worker
        if data.endswith(b"\n"):
            del self._open[stream]
        self._aside(data)
        flush()
        while data:
            data = data[os.write(fd, data) :]
