"""xdist-exact mode, in the master: workers that collect, and the first one's list."""
import json
import os
import select
import signal
from typing import NamedTuple

import _prun
import pytest

from prun import codec, exact, plain
from prun.items import StandIn

_PATIENCE = 10  # seconds that a worker without work gets for its end


def _untagged(obj):
    """For json.loads: see codec."""
    if len(obj) == 1:
        ((name, value),) = obj.items()
        return codec.untag(name, value)
    return obj


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
                    pytest.exit(exact.unforked(e), returncode=pytest.ExitCode.INTERNAL_ERROR)
                break  # tried again when it is to start, and told if it fails
        said = plain.receive(self._waiting[0].sock)
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
            if not plain.is_plain(value):
                raise pytest.UsageError(
                    f"{exact.OPTION}: workerinput[{name!r}] is a {type(value).__name__}; as with xdist, only plain values "
                    "(numbers, strings, lists, dicts, …) can be given to workers"
                )
        early = plain.memfd("early", given)
        pid, sock = _prun.fork(early)
        self._waiting[number] = _Forked(pid, sock, early)

    def _ended_early(self, said):
        """The first worker has no list: end as it did.  Raises."""
        forked = self._waiting[0]
        text = plain.whole(forked.early).decode(errors="replace").strip()
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
        self._list = plain.memfd("list", [item.nodeid for item in items])
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
        text = plain.whole(early).decode(errors="replace").strip()
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
        exact.close_layer()
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
