"""What a forked child must reset before it is a worker: everything it shares with the master by accident.

The order is that of "Fork hazards" in the design notes; each step says what goes wrong without it.
"""
import atexit
import contextlib
import fcntl
import gc
import io
import os
import sys
import threading
from typing import NamedTuple

import _prun

from prun import lines, livelog, owned, rand


_kept = []  # what must not be taken apart in a child, since the server would be told that it is over


class Descriptors(NamedTuple):
    """What the core gives to a worker."""

    err: int  # to write: standard error past the capture
    out: int  # to write: standard output past the capture; -1: none
    captured_out: int  # an empty file that the master can read
    captured_err: int  # likewise
    terminal: int  # likewise


class Inherited(NamedTuple):
    """What a worker makes its own, as it was in the master before the first fork."""

    randstate: object
    locks: list

    @classmethod
    def of_master(cls):
        return cls(rand.snapshot(), owned.locks())


def _captures(config):
    """pytest's global captures of descriptors 0, 1 and 2; empty with -s."""
    manager = config.pluginmanager.getplugin("capturemanager")
    multi = getattr(manager, "_global_capturing", None)
    for name in ("in_", "out", "err"):
        capture = getattr(multi, name, None)
        if capture is not None:
            yield name, capture


def outer_descriptors(config, name, fd):
    """Descriptors by which standard stream `fd` ("in_", "out" or "err") leads past the capture."""
    capture = dict(_captures(config)).get(name)
    if not hasattr(capture, "targetfd_save"):
        return [fd]
    return [capture.targetfd_save] + [fd] * (capture._state == "suspended")


def _redirect(config, fds):
    """Standard streams: nothing to read, prun's pipes or /dev/null to write to, capture files of its own.

    A capture file's offset is shared across fork: one worker's failure would show another's output.
    pytest's objects stay; only what their descriptors refer to is exchanged, so every version will do.
    """
    null = os.open(os.devnull, os.O_RDWR)
    out = fds.out if fds.out >= 0 and lines.passed_on(config) else null
    outer = {"in_": null, "out": out, "err": fds.err}
    inner = {"out": fds.captured_out, "err": fds.captured_err}
    std = {"in_": 0, "out": 1, "err": 2}
    saved = set()
    for name, capture in _captures(config):
        if hasattr(capture, "targetfd_save"):
            os.dup2(outer[name], capture.targetfd_save)
            saved.add(name)
            if name in inner and hasattr(capture.tmpfile, "fileno"):
                os.dup2(inner[name], capture.tmpfile.fileno())
        elif name in inner and hasattr(capture, "tmpfile"):
            capture.tmpfile.seek(0)
            capture.tmpfile.truncate()
    for name, fd in std.items():
        # Standard input stays captured between tests, so its descriptor is pytest's null already.
        if name != "in_" or name not in saved:
            os.dup2(outer[name], fd)
    os.close(null)
    for fd in fds[:4]:
        if fd >= 0:
            os.close(fd)


class _Terminal(io.FileIO):
    """Standard output as the terminal reporter has it: captured while descriptor 1 is, else a file of its own.

    So a unittest's captured output has the letters of its subtests, as in one process.
    """

    def __init__(self, fd):
        super().__init__(fd, "w")
        self._uncaptured = os.fstat(1)

    def write(self, data):
        try:
            captured = not os.path.samestat(os.fstat(1), self._uncaptured)
        except OSError:
            captured = False  # a test has closed it
        return os.write(1, data) if captured else super().write(data)


def _silence_terminal(config, fd):
    """The reporter stays registered, since plugins ask for it, and writes where nobody looks.

    But for one case: what was written there while an item ran goes into the report of an item that ended
    with its worker.  pytest-timeout's thread method writes all stacks there and then calls os._exit().
    Returns the file.
    """
    # Appending, so that whoever shortens the file need not know where the writer stands.
    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_APPEND)
    file = io.TextIOWrapper(_Terminal(fd), encoding="utf-8", errors="backslashreplace", write_through=True)
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if reporter is not None:
        reporter._tw._file = file
    return file


def keep_writer(config):
    """A function that gives the terminal's writer of now, with its colours and width, to the reporter of then."""
    manager = config.pluginmanager
    writer = getattr(manager.getplugin("terminalreporter"), "_tw", None)

    def restore():
        reporter = manager.getplugin("terminalreporter")
        if reporter is not None and writer is not None:
            reporter._tw = writer

    return restore


def point_faulthandler(config, fd=2):
    """A fatal signal's traceback goes to prun's pipe, or to another descriptor, from which it gets into the report."""
    try:
        from _pytest import faulthandler as plugin
    except ImportError:
        return
    for name in ("fault_handler_stderr_fd_key", "fault_handler_stderr_key"):
        key = getattr(plugin, name, None)
        stderr = config.stash.get(key, None) if key else None
        if stderr is not None:
            os.dup2(fd, stderr if isinstance(stderr, int) else stderr.fileno())


def _move_basetemp(config, workerid):
    """Own folder for temporary paths below the master's, which is what xdist's workers share."""
    factory = getattr(config, "_tmp_path_factory", None)
    if factory is None:
        return
    own = factory.getbasetemp() / f"popen-{workerid}"
    own.mkdir(mode=0o700, exist_ok=True)
    factory._basetemp = own
    config.option.basetemp = str(own)


def set_identity(given, env, nice):
    """What a worker is before it is configured.

    given: its workerinput.
    env, nice: what nodes.Spec says; dict, and str or None.
    """
    os.environ.update(env)
    if nice:
        os.nice(int(nice))
    os.environ["PYTEST_XDIST_WORKER"] = given["workerid"]
    os.environ["PYTEST_XDIST_WORKER_COUNT"] = str(given["workercount"])
    os.environ["PYTEST_XDIST_TESTRUNUID"] = given["testrunuid"]


def be_worker(config, given):
    """The contract of an xdist worker: config.workerinput, which is `given`, and options."""
    if config.pluginmanager.hasplugin("dsession"):
        config.pluginmanager.unregister(name="dsession")
    config.workerinput = given
    config.workeroutput = {}
    option = config.option
    option.dist = "no"
    option.distload = False
    option.numprocesses = option.maxprocesses = None
    option.tx = []


def _forget_processes():
    """multiprocessing's children are the master's."""
    process = sys.modules.get("multiprocessing.process")
    if process is not None:
        process._children.clear()
    util = sys.modules.get("multiprocessing.util")
    if util is not None:
        util._finalizer_registry.clear()
        util._run_after_forkers()


def redirect(config, fds):
    """Exchange standard streams, and where the terminal reporter and faulthandler write.

    fds: Descriptors; they belong to this function.
    Returns the file to which the terminal reporter writes now.
    """
    if fds.out >= 0 and livelog.enabled(config):
        livelog.lead(config, fds.out)
    if lines.passed_on(config):
        lines.come_at_once()
    _redirect(config, fds)
    terminal = _silence_terminal(config, fds.terminal)
    point_faulthandler(config)
    return terminal


def _forget_connections():
    """Django's connections that are open are the master's; a worker opens its own, as each of xdist's does.

    On a shared one they would read each other's answers, and whoever closes it ends the session of all.  Those
    to SQLite in memory came along as copies, with what is in them.
    """
    connections = getattr(sys.modules.get("django.db"), "connections", None)
    if connections is None or "settings" not in vars(connections):
        return  # nobody has used any
    for alias in connections:
        wrapper = getattr(connections._connections, alias, None)
        if getattr(wrapper, "connection", None) is not None and not getattr(wrapper, "is_in_memory_db", bool)():
            _kept.append(wrapper.connection)
            wrapper.connection = None


def thaw():
    """Tests see the collector as in one process."""
    if not _prun.stay_frozen():
        gc.unfreeze()


def freeze():
    """What is here now stays out of the collector's way in children that thaw()."""
    gc.freeze()


def forget():
    """What is its parent's, and not this process's, to take apart."""
    atexit._clear()
    _forget_processes()
    _forget_connections()


def become_worker(config, session, node, fds, inherited, testsfailed):
    """Turn this fork of the master into worker `node`.

    fds: Descriptors; they belong to this function.
    inherited: what Inherited.of_master() found before the fork.
    testsfailed: how many failures `session` had before the first test.
    Returns the file to which the terminal reporter writes now.
    """
    thaw()
    forget()
    terminal = redirect(config, fds)
    # The hook is historic: a recorder that is registered later would be told of the master's warnings too.
    config.hook.pytest_warning_recorded._call_history.clear()
    _move_basetemp(config, node.gateway.id)
    rand.restore(inherited.randstate)
    owned.adopt(inherited.locks)
    spec = node.gateway.spec
    set_identity(node.workerinput, spec.env, spec.nice)
    be_worker(config, node.workerinput)
    session.testsfailed = testsfailed
    return terminal


def flush_trace(config):
    """The log of --debug: what waits in its buffer would come twice after a fork, and never from who just leaves."""
    stream = getattr(config.trace.root._writer, "__self__", None)
    if hasattr(stream, "flush"):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()


def has_to_end():
    """Is there code that leave() has to run, or a thread that still runs?"""
    return (
        atexit._ncallbacks()
        or len(threading._active) > 1
        or threading._threading_atexits
        or "multiprocessing.util" in sys.modules
    )


def leave(end=None):
    """End the process as the interpreter would, but for what belongs to the master.

    end: called first if there is code that has to run, or a thread that still runs.
    """
    if has_to_end():
        if end:
            end()
        threading._shutdown()
        atexit._run_exitfuncs()
        util = sys.modules.get("multiprocessing.util")
        if util is not None:
            util._exit_function()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass
