"""Debuggers in a worker: --pdb, --trace, breakpoint() and pdb.set_trace() get the terminal, one worker at a time.

pytest's own code starts and ends the debugger.  Around it the standard streams of this process, past the capture, are
the terminal (terminal.py, which says what the master does meanwhile).
"""
import contextlib
import io
import os
import signal

import _prun
import pytest
from _pytest.debugging import PdbInvoke, pytestPDB
from _pytest.outcomes import Exit

from prun import child, terminal
from prun.quiet import flush

_NAMES = {0: "in_", 1: "out", 2: "err"}


def is_quit(raised):
    """Is this how a debugger is left by which the run is to end?"""
    return isinstance(raised, Exit) and str(raised) == "Quitting debugger"


class _Silent:
    """What stands for the debugger when the run is about to end: nobody is asked any more."""

    quitting = False

    def __getattr__(self, name):
        return lambda *args: None

    def runcall(self, function, *args, **kwargs):
        return function(*args, **kwargs)


class Debugging:
    """The plugin, in a worker; where there are none it is not installed, and has no terminal to give back."""

    def __init__(self, config):
        self._config = config
        self._worker = getattr(config, "workerinput", {}).get("workerid")  # None: there are no workers
        self.pid = os.getpid()
        self._tty = None  # a descriptor while we have it
        self._suspends = None  # what SIGTSTP did
        self._ask, self._return = _prun.ask, _prun.give_back

    def ask_by(self, inquire):
        """In isolated tests: the worker alone can ask.  inquire: asks it, with whether the terminal is wanted.

        `pid` is then to be set in each.
        """
        self._ask, self._return = lambda: inquire(True), lambda: inquire(False)

    # ---- the terminal ----

    def take(self):
        """True: the terminal is ours.  False: nobody has one.  None: it is too late for that."""
        if self._tty is not None:
            return True
        if os.getpid() != self.pid:
            return False  # a child of a test: the worker alone can ask
        answer = self._ask()
        if answer:
            try:
                self._tty = os.open(terminal.PATH, os.O_RDWR | os.O_NOCTTY)
            except OSError:  # a test has left the session
                self._return()
                return False
            self._lead_to_it()
            what = os.environ.get("PYTEST_CURRENT_TEST", "")
            os.write(self._tty, f"\n[{self._worker}] {what}\n".encode(errors="backslashreplace"))
        return answer

    def _lead_to_it(self):
        self._outer = []  # (descriptor, where it led)
        for fd, name in _NAMES.items():
            for leads_out in child.outer_descriptors(self._config, name, fd):
                self._outer.append((leads_out, os.dup(leads_out)))
                os.dup2(self._tty, leads_out)
        manager = self._config.pluginmanager
        if not manager.is_registered(self):
            manager.register(self, "prun-debug")
        reporter = manager.getplugin("terminalreporter")
        self._writer = getattr(reporter, "_tw", None)
        if self._writer is not None:
            self._file = self._writer._file
            self._writer._file = io.TextIOWrapper(io.FileIO(os.dup(self._tty), "w"), write_through=True)
        with contextlib.suppress(ValueError):  # not the main thread
            self._suspends = signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # our group is none that a shell knows

    def give_back(self):
        if self._tty is None:
            return
        flush()
        for leads_out, outer in self._outer:
            os.dup2(outer, leads_out)
            os.close(outer)
        if self._writer is not None:
            self._writer._file = self._file
        with contextlib.suppress(ValueError, TypeError):
            signal.signal(signal.SIGTSTP, self._suspends)
        os.close(self._tty)
        self._tty = None
        self._return()

    # ---- pytest's debugger ----

    def install(self):
        """Where there are no workers pytest's debugger has the terminal as it is."""
        if self._worker is None:
            return
        manager = self._config.pluginmanager
        if self._config.getoption("usepdb", False):
            if manager.has_plugin("pdbinvoke"):
                manager.unregister(name="pdbinvoke")
            manager.register(_Invoke(self), "pdbinvoke")
        if self._config.getoption("trace", False):
            manager.register(_Trace(self), "prun-trace")
        init, import_class = pytestPDB._init_pdb, pytestPDB._import_pdb_cls

        def init_with_terminal(method, *args, **kwargs):
            __tracebackhide__ = True
            # A test of pytest itself has a session of its own.
            return init(method, *args, **kwargs) if pytestPDB._config is not self._config or self._may() else _Silent()

        def import_with_terminal(capman):
            kind = import_class(capman)
            return self._with_terminal(kind) if pytestPDB._config is self._config else kind

        pytestPDB._init_pdb, pytestPDB._import_pdb_cls = init_with_terminal, import_with_terminal

    def _may(self):
        __tracebackhide__ = True
        answer = self.take()
        if answer is False:
            pytest.fail(
                f"a debugger was called in worker {self._worker}, and there is no terminal: standard input must be "
                "one, and prun in its foreground; or run without workers (-n 0)"
            )
        return answer

    def _with_terminal(self, debugger):
        debugging = self

        class Debugger(debugger):
            def setup(self, *args):
                debugging.take()  # at a breakpoint that was set with its own commands
                return super().setup(*args)

        return Debugger

    def pytest_leave_pdb(self):
        if not pytestPDB._recursive_debug:
            self.give_back()


class _Invoke(PdbInvoke):
    """pytest's, for --pdb, with the terminal."""

    def __init__(self, debugging):
        self._debugging = debugging

    def pytest_exception_interact(self, node, call, report):
        if self._debugging.take():
            try:
                super().pytest_exception_interact(node, call, report)
            finally:
                self._debugging.give_back()


class _Trace:
    """For --trace: the debugger ends with the test function, whether it was told to go on or not."""

    def __init__(self, debugging):
        self._debugging = debugging

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_pyfunc_call(self):
        yield
        self._debugging.give_back()
