"""``--leaks``: what each test has left behind in its process, which the next one finds."""
import locale
import os
import signal
import sys
import threading
import warnings

import pytest

OPTION = "--leaks"
_SHOWN = 5  # changes of one kind that are spelled out
_SIGNALS = [s for s in signal.Signals if s not in (signal.SIGKILL, signal.SIGSTOP)]


def add_options(parser):
    parser.getgroup("prun", "prun").addoption(
        OPTION,
        action="store_true",
        help="Report what each test left behind: descriptors, threads, child processes, environment, working "
        "directory, umask, signal handlers, warning filters, sys.path, sys.modules, locale",
    )


# ---- what is looked at: each gives a dict, or one value ----


def _descriptors():
    found = {}
    for fd in os.listdir("/proc/self/fd"):
        try:
            found[fd] = os.readlink(f"/proc/self/fd/{fd}")
        except OSError:
            pass  # that of the listing itself
    return found


def _children():
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as f:
        return dict.fromkeys(f.read().split(), "")


def _umask():
    now = os.umask(0o22)
    os.umask(now)
    return oct(now)


def _cwd():
    try:
        return os.getcwd()
    except OSError:
        return "a folder that is gone"


_LOOKS = {
    "descriptor": _descriptors,
    "thread": lambda: {f"{t.ident}": t.name for t in threading.enumerate()},
    "child process": _children,
    "environment variable": lambda: {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"},
    "working directory": _cwd,
    "umask": _umask,
    "signal handler": lambda: {s.name: signal.getsignal(s) for s in _SIGNALS},
    "warning filters": lambda: list(warnings.filters),
    "sys.path": lambda: list(sys.path),
    "module": lambda: {name: id(module) for name, module in sys.modules.copy().items()},
    "locale": lambda: locale.setlocale(locale.LC_ALL),
}
# More modules than before are no leak, and which number an object has is nobody's business.
_ADDED_IS_FINE = frozenset(("module",))
_NAME_ONLY = frozenset(("module", "environment variable"))


def snapshot():
    """{what: value}"""
    return {what: look() for what, look in _LOOKS.items()}


# ---- what has changed, in words ----


def _named(what, name, value):
    return name if what in _NAME_ONLY or value in ("", None) else f"{name} ({value})"


def _of_dict(what, before, after):
    changes = (
        ("added", [k for k in after if k not in before and what not in _ADDED_IS_FINE], after),
        ("gone", [k for k in before if k not in after], before),
        ("changed", [k for k in after if k in before and after[k] != before[k]], after),
    )
    for verb, names, values in changes:
        if names:
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            yield f"{what} {verb}: {', '.join(_named(what, n, values[n]) for n in names[:_SHOWN])}{more}"


def _of_list(what, before, after):
    added = [str(x) for x in after if x not in before]
    gone = [str(x) for x in before if x not in after]
    if added:
        yield f"{what}: added {', '.join(added[:_SHOWN])}"
    if gone:
        yield f"{what}: gone {', '.join(gone[:_SHOWN])}"
    if not added and not gone:
        yield f"{what}: in another order"


def differences(before, after):
    """Sentences, one for each kind of change."""
    for what, was in before.items():
        now = after[what]
        if was == now:
            continue
        if isinstance(was, dict):
            yield from _of_dict(what, was, now)
        elif isinstance(was, list):
            yield from _of_list(what, was, now)
        else:
            yield f"{what}: {was} is now {now}"


def configure(config):
    if config.option.leaks:
        config.pluginmanager.register(Leaks(config), "prun-leaks")


class Leaks:
    """The plugin, in the master and, forked, in each worker."""

    def __init__(self, config):
        self._config = config
        self._found = []  # (node id, sentences)

    def told(self, nodeid, sentences):
        """In the master: a worker has seen this."""
        self._found.append((nodeid, sentences))

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        before = snapshot()
        yield
        sentences = list(differences(before, snapshot()))
        if not sentences:
            return
        recorder = self._config.pluginmanager.getplugin("prun-recorder")
        if recorder:
            recorder.events.append(["leaks", item.nodeid, sentences])
        else:
            self.told(item.nodeid, sentences)

    def pytest_terminal_summary(self, terminalreporter):
        if not self._found:
            terminalreporter.write_line("leaks: none")
            return
        terminalreporter.section(f"leaks: {len(self._found)} of the tests")
        for nodeid, sentences in self._found:
            terminalreporter.write_line(nodeid)
            for sentence in sentences:
                terminalreporter.write_line(f"    {sentence}")
        terminalreporter.write_line(
            "A fixture of wider scope than a test is counted with the first test that uses it, and with its last."
        )
