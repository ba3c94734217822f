"""Live logs (log_cli) of workers: pytest's handler writes to the terminal reporter, which in a worker nobody reads."""
import contextlib
import fcntl
import os

_HIGH_FD = 200  # out of the way of tests that count theirs


def enabled(config):
    plugin = config.pluginmanager.getplugin("logging-plugin")
    return plugin is not None and plugin._log_cli_enabled()


def lead(config, fd):
    """In a worker: from now on live logs go to `fd`, which leads to the master."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    handler = config.pluginmanager.getplugin("logging-plugin").log_cli_handler
    handler.stream = _Stream(fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _HIGH_FD), reporter._tw)
    handler.capture_manager = None  # it is captured nowhere


class _Stream:
    """The terminal reporter, as far as the handler knows it.  What is written at once arrives as whole lines."""

    def __init__(self, fd, writer):
        self._fd = fd
        self._width = writer.fullwidth - len("[gw00] ")
        self._markup = writer.markup

    def write(self, text):
        data = text.encode(errors="backslashreplace")
        with contextlib.suppress(OSError):  # a test has closed it
            while data and text != "\n":  # an empty line would divide records of other workers
                data = data[os.write(self._fd, data) :]

    def section(self, title, sep, **markup):
        """Of which test it is cannot be seen from what stands above."""
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
        self.write(self._markup(f" {title} {test} ".replace("  ", " ").center(self._width, sep), **markup) + "\n")
