"""The environment cleared, umask, locale, limits and signal handlers changed."""
import gc
import locale
import os
import resource
import signal
import sys
import warnings


def test_environment():
    os.environ.clear()


def test_umask():
    os.umask(0o777)


def test_locale():
    locale.setlocale(locale.LC_ALL, "C")


def test_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        os.pipe()
    except OSError:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 256), hard))


def test_signals():
    for number in range(1, signal.NSIG):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass


def test_itimer():
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)


def test_interpreter():
    sys.path[:] = []
    sys.setrecursionlimit(200)
    gc.disable()
    warnings.simplefilter("error")


def test_next():
    pass
