"""xdist-exact mode: workers that are forked before pytest is configured, for suites that ask while they are imported
which worker they are in.

Each worker loads the conftests, configures and collects for itself, as xdist's do; the master, like xdist's
controller, does not collect.  The first worker's list becomes the master's, and a worker that has collected another
one takes no part, and says what differs.

The layer (prun/layer.h) stands where all plugins are loaded and no conftest is: open_layer() returns there once in
the master and once in each worker, which then simply goes on.
"""
import fcntl
import json
import marshal
import os
import select
import signal
import struct
from collections import Counter
from typing import NamedTuple

import _prun
import pytest

from prun import child, codec, reports
from prun.items import StandIn, c_string
from prun.runner import Recorder, Runner
from prun.verify import scan

OPTION = "--xdist-exact"
_SHOWN = 10  # differing ids
_PATIENCE = 10  # seconds that a worker without work gets for its end

worker = None  # in a worker of the layer: its Worker
opened = False  # in the master: is there a layer?


def add_option(parser):
    parser.getgroup("prun", "prun").addoption(
        OPTION,
        dest="xdist_exact",
        action="store_true",
        help="Fork workers before pytest is configured: each loads conftests, configures and collects for itself, as "
        "with xdist. For suites that ask while they are imported which worker they are in; slower",
    )


def wanted(args):
    """Is the option among these arguments (addopts included)?"""
    return OPTION in (args[: args.index("--")] if "--" in args else args)


def open_layer(pluginmanager):
    """In the master, and again in each worker, from where this returns."""
    global worker, opened
    try:
        there = _prun.layer()
    except OSError as e:
        raise pytest.UsageError(f"{OPTION}: {_unforked(e)}") from None
    opened = there is None
    if not opened:
        worker = Worker(*there)
        pluginmanager.register(worker, "prun-exact-worker")


def _unforked(e):
    return f"cannot fork a worker; use fewer (-n) or raise the limits of processes and files (ulimit -u, -n): {e.strerror}"


def close_layer():
    global opened
    if opened:
        opened = False
        _prun.close_layer()


def suggest(config, items):
    """Without a layer: one line if a conftest or test module asks at import which worker it is in."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if opened or not reporter or getattr(config.option, "verbose", 0) < 0:
        return
    found = _asked_at_import(config, items)
    if found:
        file, line, word = found
        reporter.write_line(
            f"{file}:{line} reads {word} while it is imported, before there are workers; "
            f"if they must differ in that: {OPTION}"
        )


def _asked_at_import(config, items):
    """(file, line, word), or None."""
    plugins = config.pluginmanager.get_plugins()
    conftests = {f for f in (getattr(plugin, "__file__", None) for plugin in plugins) if _is_conftest(f)}
    modules = {str(path) for path in (getattr(item, "path", None) for item in items) if str(path).endswith(".py")}
    for file in [*sorted(conftests), *sorted(modules)]:
        found = scan.identity(file)
        if found:
            return (os.path.relpath(file, config.rootpath), *found)
    return None


def _is_conftest(file):
    return type(file) is str and os.path.basename(file) == "conftest.py"


# ---- plain values (what marshal takes) through a descriptor ----


_LENGTH = struct.Struct("=Q")


def _write(fd, data):
    data = memoryview(data)
    while data:
        data = data[os.write(fd, data) :]


def _send(sock, message):
    data = marshal.dumps(message)
    _write(sock, _LENGTH.pack(len(data)) + data)


def _receive(sock):
    """The message, or None if the other side ended before it was whole."""
    try:
        with open(sock, "rb", closefd=False) as f:
            (length,) = _LENGTH.unpack(f.read(_LENGTH.size))
            return marshal.loads(f.read(length))
    except (struct.error, EOFError, ValueError, TypeError, ConnectionError):
        return None


def _memfd(name, message):
    fd = os.memfd_create(name, os.MFD_CLOEXEC)
    _write(fd, marshal.dumps(message))
    return fd


def _whole(fd):
    """What stands in a file that others may be writing to, from its beginning."""
    return os.pread(fd, os.fstat(fd).st_size, 0)


def _untagged(obj):
    """For json.loads: see codec."""
    if len(obj) == 1:
        ((name, value),) = obj.items()
        return codec.untag(name, value)
    return obj


def _plain(value):
    try:
        marshal.dumps(value)
    except ValueError:
        return False
    return True


# ---- in a worker ----


class _Recorder(Recorder):
    """Records collection too; and items' reports travel whole, as the master has no items to fill them in from."""

    def begin(self, item):
        super().begin(item)
        self._clean = False

    def pytest_collectreport(self, report):
        if not report.passed:
            self.events.append(["collect", report])

    def pytest_deselected(self, items):
        self.events.append(["deselected", [str(item.nodeid) for item in items]])

    def _serialise(self, event):
        if event[0] == "collect":
            return ["collect", *reports.dump(self.config, event[1])[1:]]
        return super()._serialise(event)


class Worker:
    """The plugin by which a worker of the layer is a worker, from before the conftests to its end."""

    def __init__(self, given, master):
        said = marshal.loads(_whole(given))
        self._input = said["workerinput"]
        self._number = said["number"]
        self._basetemp = said["basetemp"]
        self._first = said["first"]
        self._master = master
        self._ending = {}  # why the session ended early, for the master
        self._runner = None
        child.set_identity(self._input, said["env"], said["nice"])
        # Standard error goes where the master can read it even when this worker ends before it has joined.
        os.ftruncate(given, 0)
        fcntl.fcntl(given, fcntl.F_SETFL, fcntl.fcntl(given, fcntl.F_GETFL) | os.O_APPEND)
        self._early = given
        null = os.open(os.devnull, os.O_RDWR)
        for fd, to in ((0, null), (1, null), (2, given)):
            os.dup2(to, fd)
        os.close(null)

    # ---- the session, up to the list of items ----

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_cmdline_main(self, config):
        child.be_worker(config, self._input)
        if self._basetemp:
            config.option.basetemp = self._basetemp
        self._recorder = _Recorder(config)
        config.pluginmanager.register(self._recorder, "prun-recorder")
        yield

    def pytest_keyboard_interrupt(self, excinfo):
        if not issubclass(excinfo.type, KeyboardInterrupt):
            self._ending["exit"] = str(excinfo.value)

    def pytest_internalerror(self, excrepr):
        self._ending.setdefault("internalerror", str(excrepr))

    def loop(self, session):
        """What pytest_runtestloop is here."""
        events = self._recorder.take()
        if self._first:
            stop = str(session.shouldstop or session.shouldfail or "")
            items = [StandIn.pack(item) for item in session.items]
            _send(self._master, {"items": items, "events": events, "stop": stop})
        joined = _prun.join(self._number, self._master, [(c_string(item.nodeid), None) for item in session.items])
        if joined is not None:
            self._take_part(session, joined[0], child.Descriptors(*joined[1:]))
        return True

    def _take_part(self, session, list_, fds):
        os.write(fds.err, _whole(self._early))
        os.ftruncate(self._early, 0)
        terminal = child.redirect(session.config, fds)
        wanted = marshal.loads(_whole(list_))
        os.close(list_)
        self._runner = Runner(session, terminal, self._recorder)
        ids = [str(item.nodeid) for item in session.items]
        if ids == wanted:
            self._runner.loop()
        else:
            self._ending["collection"] = difference(wanted, ids, self._input["workerid"])

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session):
        if self._runner:
            self._runner.prepare_end()
        yield
        if self._runner:
            self._runner.goodbye(self._ending)

    def leave(self, status):
        """pytest.main() has returned: end this process."""
        if not self._runner:
            for text in self._ending.values():
                os.write(2, f"{text}\n".encode())
            if self._first:
                try:
                    _send(self._master, {"ended": status, **self._ending})
                except OSError:
                    pass  # nobody waits for it
        child.leave()
        os._exit(0)


def difference(wanted, ids, workerid):
    """In words: what a worker has collected, and the first worker has not, and the other way round."""
    missing = list((Counter(wanted) - Counter(ids)).elements())
    extra = list((Counter(ids) - Counter(wanted)).elements())
    lines = [f"Different tests were collected between gw0 and {workerid}."]
    for what, names in (("Only gw0 has", missing), (f"Only {workerid} has", extra)):
        if names:
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            lines.append(f"{what}: {', '.join(names[:_SHOWN])}{more}")
    if not missing and not extra:
        lines.append("They are the same tests in another order.")
    lines.append("Ids must not depend on the worker, on time, or on the order of a set.")
    return "\n".join(lines)


# ---- in the master ----


class _Forked(NamedTuple):
    """A worker that has no ends yet, or had none when it ended."""

    pid: int
    sock: int
    early: int  # what it wrote to standard error so far


class Controller:
    """The master's side: workers that collect, and their list."""

    def __init__(self, session):
        self._session = session
        self._config = session.config
        self._waiting = {}  # number: _Forked
        self._early = {}  # number: _Forked.early, of those that got their ends
        self._list = -1
        self._dismissed = []
        self._config.add_cleanup(self._end)

    def collect(self, master):
        """Fork all workers, and make the first one's items those of the session."""
        self._master = master
        master.set_up()
        for number in range(len(master.plan.specs)):
            master.prepare(number, -1)
            try:
                self._fork(number)
            except OSError as e:
                if not number:
                    pytest.exit(_unforked(e), returncode=pytest.ExitCode.INTERNAL_ERROR)
                break  # tried again when it is to start, and told if it fails
        said = _receive(self._waiting[0].sock)
        if said is None or "ended" in said:
            self._ended_early(said)
        session = self._session
        session.items = [StandIn(*packed) for packed in said["items"]]
        session.testscollected = len(session.items)
        master.items = session.items
        master.events(0, -1, json.loads(said["events"], object_hook=_untagged))
        if said["stop"]:
            session.shouldstop = session.shouldstop or said["stop"]

    def _fork(self, number):
        node = self._master.nodes[number]
        factory = getattr(self._config, "_tmp_path_factory", None)
        given = {
            "number": number,
            "workerinput": node.workerinput,
            "env": node.gateway.spec.env,
            "nice": node.gateway.spec.nice,
            "basetemp": str(factory.getbasetemp() / f"popen-{node.gateway.id}") if factory else None,
            "first": number == 0,
        }
        for name, value in node.workerinput.items():
            if not _plain(value):
                raise pytest.UsageError(
                    f"{OPTION}: workerinput[{name!r}] is a {type(value).__name__}; as with xdist, only plain values "
                    "(numbers, strings, lists, dicts, …) can be given to workers"
                )
        early = _memfd("early", given)
        pid, sock = _prun.fork(early)
        self._waiting[number] = _Forked(pid, sock, early)

    def _ended_early(self, said):
        """The first worker has no list: end as it did.  Raises."""
        forked = self._waiting[0]
        text = _whole(forked.early).decode(errors="replace").strip()
        if said and said["ended"] == pytest.ExitCode.USAGE_ERROR:
            raise pytest.UsageError(text.rpartition("ERROR: ")[2])
        if said and "exit" in said:
            pytest.exit(said["exit"], returncode=said["ended"])
        if text:
            self._master.say(f"[gw0] wrote:\n{text}")
        how = "" if said else f" ({_how(_await_end(forked.pid))})"
        if not said:
            self._dismiss(0, waited=True)
        pytest.exit(f"worker gw0 ended before it had collected{how}", returncode=pytest.ExitCode.INTERNAL_ERROR)

    # ---- called by the Master ----

    def ready(self, items, width):
        """The list stands; workers from number `width` on are not needed."""
        self._list = _memfd("list", [item.nodeid for item in items])
        for number in [n for n in self._waiting if n >= width]:
            self._dismiss(number)

    def take(self, number):
        """(pid, socket, list) of a worker that is about to get its ends; the socket is the caller's."""
        if number not in self._waiting:
            self._fork(number)
        forked = self._waiting.pop(number)
        self._early[number] = forked.early
        return forked.pid, forked.sock, self._list

    def down(self, number, data):
        """What is known of its end, with what it wrote before it had a pipe to write to."""
        early = self._early.pop(number, -1)
        if early < 0:
            return data
        text = _whole(early).decode(errors="replace").strip()
        os.close(early)
        return f"{data}; it wrote:\n{text}" if isinstance(data, str) and text else data

    # ---- the end ----

    def _dismiss(self, number, waited=False):
        """It gets no ends, by which it knows that it is not needed; or it is gone, and was `waited` for."""
        forked = self._waiting.pop(number)
        os.close(forked.early)
        os.close(forked.sock)
        if not waited:
            self._dismissed.append(forked.pid)

    def _end(self):
        close_layer()
        for number, forked in list(self._waiting.items()):
            # Only a run that was broken off has some: nobody waits for what they are doing.
            os.killpg(forked.pid, signal.SIGKILL)
            self._dismiss(number)
        for pid in self._dismissed:
            _await_end(pid)


def _how(status):
    if os.WIFSIGNALED(status):
        return signal.Signals(os.WTERMSIG(status)).name
    return f"exit status {os.WEXITSTATUS(status)}"


def _await_end(pid):
    """Of a child without work, which is killed if it does not end by itself.  Returns its wait status."""
    fd = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    if not poll.poll(_PATIENCE * 1000):
        os.killpg(pid, signal.SIGKILL)
    os.close(fd)
    return os.waitpid(pid, 0)[1]
