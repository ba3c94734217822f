"""Processes forked afresh, one after the other, from a layer that has run no test.

    here   --request-->  layer   forks a child that has the request, waits for its end
           <--pid------
           <--reply----  child   it may be asked for more, before it ends
           <--ended----  layer

At any time only one of them reads, so all share one socket.  A message is whole or is not there; what is too long for
one lies in a file that all share.  The layer is nobody's child here: a test that waits for its children waits for
its own.
"""
import contextlib
import fcntl
import marshal
import os
import select
import signal
import socket
import time
import traceback

import _prun

_HIGH_FD = 200  # as fd_raise() in src/fd.c: out of the way of tests that count theirs
_INLINE = 32 << 10  # bytes of a message; more than that go through the file
_REQUEST, _MORE, _PID, _REPLY, _ENDED, _FAILED, _ASKED = range(7)
_LOOK_EVERY = 1.0  # seconds; for what no descriptor tells of
_LOOK_OFTEN = 10  # milliseconds; where none tells of a child's end
_MANY = 32  # children, after which what they have in common is put where it costs less to fork (src/huge.c)
_MOST_GATHERED = 128 << 20  # bytes: they are the layer's own then, where it shared them with the worker
END_GRACE = 5.0  # seconds that a child has from its last reply to its end


def _raised(fd):
    high = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _HIGH_FD)
    os.close(fd)
    return high


def memfd(name):
    """A file that is written at its end, whoever has shortened it."""
    fd = _raised(os.memfd_create(name, os.MFD_CLOEXEC))
    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_APPEND)
    return fd


class _Wire:
    """One end of the socket, with the file.  Values are what marshal takes."""

    def __init__(self, sock, file):
        self.sock = socket.socket(fileno=_raised(sock.detach()))
        self._file = file

    def send(self, kind, value):
        data = marshal.dumps(value)
        if len(data) > _INLINE:
            os.ftruncate(self._file, 0)
            rest, at = memoryview(data), 0
            while rest:
                n = os.pwrite(self._file, rest, at)
                rest, at = rest[n:], at + n
            data = b""
        self.sock.send(bytes((kind,)) + data)

    def receive(self):
        """(kind, value), or None when the other side is gone."""
        try:
            said = self.sock.recv(_INLINE + 1)
        except ConnectionError:
            return None
        if not said:
            return None
        data = said[1:] or os.pread(self._file, os.fstat(self._file).st_size, 0)
        return said[0], marshal.loads(data)

    def wait(self, seconds, events=select.POLLIN):
        """Is there anything to receive before so much time has passed?"""
        poll = select.poll()
        poll.register(self.sock, events)
        return bool(poll.poll(max(seconds, 0) * 1000))


class Ended(Exception):
    """How a child ended.  status: as os.wait() has it; cpu: seconds of processor time."""

    def __init__(self, status, cpu):
        super().__init__(status)
        self.status = status
        self.cpu = cpu

    def __str__(self):
        if not os.WIFSIGNALED(self.status):
            return f"exited with status {os.WEXITSTATUS(self.status)}"
        number = os.WTERMSIG(self.status)
        try:
            return f"killed by {signal.Signals(number).name} ({signal.strsignal(number)})"
        except ValueError:
            return f"killed by signal {number}"


class Nursery:
    """The layer, seen from the process that has asked for it; a context manager.

    live: called in each child with its first request, a function that takes (reply, more?) and returns the next
    request; the child ends when it returns.
    prepare: called in the layer, once, with a function for the children: what `answer` says to its argument, None if
    nobody is there; expect: there, with each child's first request, before it is forked.
    title: what ps calls the children.
    answer: called here with what a child inquires about; returns the answer.
    patience: seconds after which an interrupt of this process is sent on to the child: one that a terminal sends
    has reached it already.
    Raises OSError.
    """

    def __init__(self, live, prepare, title, patience=0.0, expect=None, answer=None):
        self._live = live
        self._answer = answer
        self.deaf = False  # an interrupt of this process is not meant for it, and the child has had it
        self._expect = expect
        self._title = os.fsencode(title)
        self._patience = patience
        self.pid = None  # of the child; 0 until it is known
        self.interrupts = 0  # since the child was asked last
        self._due = None  # when one of them goes on to the child, by time.monotonic()
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        file = _raised(os.memfd_create("nursery", os.MFD_CLOEXEC))
        between = _prun.fork_near(self._title + b" layer", False, False)
        if between == 0:
            self._begin(here, there, file, prepare)
        there.close()
        self._wire = _Wire(here, file)
        os.waitpid(between, 0)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        """Returns when the layer has ended."""
        self.kill()
        self._wire.sock.shutdown(socket.SHUT_WR)
        while self._wire.receive():
            pass
        self._wire.sock.close()

    # ---- in the layer, and in the children ----

    def _begin(self, here, there, file, prepare):
        status = 3
        try:
            if _prun.fork_near(self._title + b" layer", False, False) == 0:
                here.close()
                self._wire = _Wire(there, file)
                prepare(self._inquire)
                self._serve()
            status = 0
        except KeyboardInterrupt:
            pass  # who asks has heard it as well, or hears how the child ended
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)

    def _serve(self):
        """Returns in a child that has lived, and when nobody is there to ask.

        Requests that come while a child lives are that child's; those that it has left unread are nobody's.
        """
        heeds = signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
        children = 0
        while True:
            said = self._wire.receive()
            if said is None:
                return
            if said[0] != _REQUEST:
                continue
            children += 1
            if children == _MANY:
                _prun.gather_memory(_MOST_GATHERED)
            try:
                if self._expect:
                    self._expect(said[1])
                pid = _prun.fork_near(self._title, True, heeds)
            except OSError as e:
                self._wire.send(_FAILED, e.strerror)
                continue
            if pid == 0:
                self._live(said[1], self._reply)
                return
            self._wire.send(_PID, pid)
            self._wire.send(_ENDED, self._wait(pid))

    def _wait(self, pid):
        """(status, seconds of processor time)"""
        try:
            fd = os.pidfd_open(pid)
        except (AttributeError, OSError):  # Linux before 5.3
            fd = -1
        poll = select.poll()
        poll.register(self._wire.sock, 0)  # POLLHUP
        if fd >= 0:
            poll.register(fd, select.POLLIN)
        try:
            while True:
                gone = any(f != fd for f, _ in poll.poll(_LOOK_EVERY * 1000 if fd >= 0 else _LOOK_OFTEN))
                if gone:
                    os.kill(pid, signal.SIGKILL)
                ended, status, usage = os.wait4(pid, os.WUNTRACED | (0 if gone else os.WNOHANG))
                if ended and os.WIFSTOPPED(status):
                    os.kill(pid, signal.SIGCONT)  # it has stopped itself, and nobody else would wake it
                elif ended:
                    return status, usage.ru_utime + usage.ru_stime
        finally:
            if fd >= 0:
                os.close(fd)

    def _reply(self, value, more):
        self._wire.send(_REPLY, value)
        said = self._wire.receive() if more else None
        return said and said[1]

    def _inquire(self, what):
        self._wire.send(_ASKED, what)
        said = self._wire.receive()
        return said and said[1]

    # ---- in the process that asks ----

    def ask(self, request, last):
        """(reply, Ended) of a new child, or of the one that lives.

        last: it ends when it has replied.  In place of Ended is None if not `last`, and if it had to be killed.
        Raises Ended if it ended before it replied, OSError if there is none.
        """
        self.interrupts, self._due = 0, None
        kind = _MORE if self.pid else _REQUEST
        if kind == _REQUEST:
            self.pid = 0
        former = signal.signal(signal.SIGINT, self._interrupted)
        try:
            self._wire.send(kind, request)
            return self._listen(None), self._end() if last else None
        finally:
            if former is not None:
                signal.signal(signal.SIGINT, former)

    def dismiss(self):
        """If a child lives, its next request is None, and it ends."""
        if self.pid:
            self._wire.send(_MORE, None)
            self._end()

    def kill(self):
        self._signal(signal.SIGKILL)

    def _end(self):
        """The child has replied for the last time: wait until it has ended."""
        ended = self._ended()
        if ended is None:
            self.kill()
            self._ended()
        return ended

    def _ended(self):
        try:
            self._listen(time.monotonic() + END_GRACE)
        except Ended as e:
            return e
        return None

    def _listen(self, deadline):
        """The reply; None if there is none by then."""
        while True:
            if not self._await(deadline):
                return None
            kind, value = self._wire.receive() or (_FAILED, "the process that it is forked from has ended")
            if kind == _REPLY:
                return value
            if kind == _ASKED:
                self._wire.send(_MORE, self._answer(value))
                continue
            if kind == _PID:
                self.pid = value
                _prun.pass_stacks_to(value)
                self._pass_on()
                continue
            self.pid = None
            _prun.pass_stacks_to(0)
            raise Ended(*value) if kind == _ENDED else OSError(value)

    def _await(self, deadline):
        """Is there anything to receive before that?

        Looks now and then: a signal that comes just before a wait is heeded after it.
        """
        while not self._wire.wait(_LOOK_EVERY if deadline is None else min(_LOOK_EVERY, deadline - time.monotonic())):
            if deadline is not None and time.monotonic() >= deadline:
                return False
            self._pass_on()
        return True

    def _interrupted(self, *unused):
        if self.deaf:
            return
        self.interrupts += 1
        if self.interrupts > 1:
            self.kill()
        else:
            self._due = time.monotonic() + self._patience
            self._pass_on()

    def _pass_on(self):
        """Once: a second interrupt would break what the test does about the first."""
        if self.pid and self._due is not None and time.monotonic() >= self._due:
            self._due = None
            self._signal(signal.SIGINT)

    def _signal(self, number):
        """It may have ended already, and nobody has told yet."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
