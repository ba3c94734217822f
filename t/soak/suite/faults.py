"""What the generated tests do wrong."""
import os
import random
import signal
import sys
import threading
import time

import pytest


class Odd(BaseException):
    pass


# ---- the process ends ----


def die_segv():
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGSEGV])  # see fine_blocked
    os.kill(os.getpid(), signal.SIGSEGV)


def die_abort():
    os.abort()


def die_exit0():
    os._exit(0)


def die_exit7():
    print("last words", flush=True)
    os._exit(7)


def die_kill():
    os.kill(os.getpid(), signal.SIGKILL)


def die_group():
    os.killpg(0, signal.SIGKILL)


def die_with_child():
    """The child holds the pipes open, and is in the group, so it is the master's to end."""
    if not os.fork():
        signal.pause()
    os._exit(1)


# ---- the phase fails ----


def fail_assert():
    assert not "this"


def fail_system_exit():
    sys.exit(3)


def fail_keyboard():
    raise KeyboardInterrupt


def fail_exit():
    pytest.exit("enough")


def fail_odd():
    raise Odd


def fail_generator_exit():
    raise GeneratorExit


# ---- perhaps ----


def maybe_close_all():
    os.closerange(3, 65536)


def maybe_garbage():
    for fd in range(3, 1024):
        try:
            os.set_blocking(fd, False)
            os.write(fd, b"\x03garbage\xff" * 10)
        except OSError:
            pass


def maybe_interrupt_self():
    os.kill(os.getpid(), signal.SIGINT)


# ---- others are harmed ----


def _siblings():
    with open(f"/proc/{os.getppid()}/task/{os.getppid()}/children") as f:
        return [int(pid) for pid in f.read().split() if int(pid) != os.getpid()]


def harm_sibling():
    for pid in random.sample(_siblings(), min(1, len(_siblings()))):
        try:
            os.kill(pid, random.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT]))
        except ProcessLookupError:
            pass


def harm_alarm():
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, random.uniform(0.001, 0.2))


def harm_stop_sibling():
    for pid in random.sample(_siblings(), min(1, len(_siblings()))):
        try:
            os.kill(pid, signal.SIGSTOP)
        except ProcessLookupError:
            pass


# ---- prun is told to end ----


def _order(number):
    """Not where prun has gone: the orphan's parent is then the soak itself, in a session of its own."""
    if os.getsid(os.getppid()) == os.getsid(0):
        os.kill(os.getppid(), number)


def order_int():
    _order(signal.SIGINT)


def order_int_twice():
    _order(signal.SIGINT)
    time.sleep(random.uniform(0, 0.05))
    _order(signal.SIGINT)


def order_term():
    _order(signal.SIGTERM)


def order_hup():
    _order(signal.SIGHUP)


def order_kill():
    _order(signal.SIGKILL)


# ---- nothing may come of it ----


def fine_stop():
    os.kill(os.getpid(), signal.SIGSTOP)


def fine_stop_group():
    os.killpg(0, signal.SIGTSTP)


def fine_fork():
    os.fork()


def fine_child():
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)


def fine_print():
    print("printed\n" * random.choice([1, 100, 100_000]))


def fine_print_below():
    data = b"written\n" * random.choice([1, 100, 100_000])
    for fd in (1, 2):
        os.write(fd, data)


def fine_streams():
    null = os.open(os.devnull, os.O_RDWR)
    for fd in random.sample([0, 1, 2], 2):
        os.dup2(null, fd)


def fine_no_streams():
    sys.stdout = sys.stderr = sys.stdin = None


def fine_slow():
    time.sleep(random.uniform(0.01, 0.2))


def fine_deaf():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)


def fine_blocked():
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))


def fine_thread():
    threading.Thread(target=time.sleep, args=(0.05,)).start()


def fine_daemon():
    def chatter():
        while True:
            time.sleep(0.001)

    threading.Thread(target=chatter, daemon=True).start()


def fine_thread_exit():
    threading.Thread(target=sys.exit).start()


def fine_session():
    try:
        os.setsid()
    except PermissionError:
        pass


def fine_recursion():
    try:
        fine_recursion()
    except RecursionError:
        pass


def fine_nice():
    os.nice(1)


def fine_memory():
    bytearray(20 << 20)
