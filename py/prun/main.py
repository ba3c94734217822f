"""Entry point: be what ``python -m pytest`` would be, with prun's plugin registered."""
import atexit
import contextlib
import fcntl
import gc
import importlib.util
import io
import itertools
import os
import sys
import threading

import _prun

EXIT_USAGE = 4
OLDEST_PYTEST = (7, 2)


def _complain(sentence):
    print(f"prun: {sentence}", file=sys.stderr)
    return EXIT_USAGE


@contextlib.contextmanager
def _collector_at_rest():
    """What is imported stays, so that looking through it for garbage again and again is in vain.

    It ends where it would be after that: in the oldest generation.
    """
    if not gc.isenabled() or gc.get_freeze_count():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        gc.enable()


def _leave_imports_alone():
    """Nor need it be looked through for what is garbage when workers are forked, which is half the time that this takes.

    gc's functions that show it end it (bridge_gc.c), and a run without workers does (plugin.py).
    """
    if gc.isenabled() and not gc.get_freeze_count():
        gc.freeze()
        _prun.stay_frozen()


def _version_of(text):
    """First two numbers of a version string, as a tuple."""
    numbers = []
    for part in text.split(".")[:2]:
        digits = "".join(c for c in part if c.isdigit())
        numbers.append(int(digits or 0))
    return tuple(numbers)


def _versions():
    """Lines for --version."""
    import pytest

    libpython = getattr(_prun, "libpython", None)
    host = f"embedded, {libpython} libpython" if libpython else "as it is"
    return [
        f"prun {_prun.version}",
        f"CPython {sys.version.split()[0]} ({sys.executable}, {host})",
        f"pytest {pytest.__version__}",
        f"jansson {_prun.jansson}",
        f"libbsd {_prun.libbsd}",
    ]


def _pretend_module(args):
    """Make sys.argv, sys.path and __main__ what ``python -m pytest`` makes of them."""
    spec = importlib.util.find_spec("pytest.__main__")
    sys.argv[:] = [spec.origin, *args]
    if hasattr(sys, "orig_argv"):
        sys.orig_argv[:] = [sys.executable, "-m", "pytest", *args]
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, os.getcwd())
    main = vars(sys.modules["__main__"])
    for name in [n for n in main if not n.startswith("__")]:
        del main[name]  # of prun's own
    main.update(
        __spec__=spec,
        __loader__=spec.loader,
        __file__=spec.origin,
        __cached__=spec.cached,
        __package__=spec.parent,
        __name__=spec.name,  # by which it does not run anything yet
    )
    exec(spec.loader.get_code(spec.name), main)
    main["__name__"] = "__main__"


def _writes_anywhere():
    """Is a descriptor open for writing, beside the standard ones, or is there a kind of file that needs none?"""
    library = getattr(sys, "stdlib_module_names", ())  # whose files have a descriptor, or are not written
    if any(kind.__module__.partition(".")[0] not in library for kind in type.__subclasses__(io.RawIOBase)):
        return True
    for fd in os.listdir("/proc/self/fd"):
        try:
            if int(fd) > 2 and fcntl.fcntl(int(fd), fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
                return True
        except OSError:
            pass  # that of the listing itself
    return False


def _open_files():
    """All files that may have something to flush.

    They are found by their true types, since isinstance() for hundreds of thousands of objects took as long as leaving
    the interpreter as it is saves.
    """
    if not _writes_anywhere():
        return []
    kinds = {io.BufferedWriter, io.BufferedRandom, io.TextIOWrapper}
    more = kinds
    while more:
        more = {kind for base in more for kind in type.__subclasses__(base)} - kinds
        kinds = kinds | more
    kinds = set(map(id, kinds))  # not all have a hash
    objects = gc.get_objects()
    return list(itertools.compress(objects, map(kinds.__contains__, map(id, map(type, objects)))))


def _end_all_but_the_interpreter():
    """Do what the end of the interpreter does that anybody can rely on, so that the rest can be left out.

    Threads are waited for, atexit handlers run (weakref.finalize and TemporaryDirectory are such), open files
    are flushed.  Left out is taking every module and object apart, a tenth of a run of many short tests;
    Python promises no __del__ for what still lives then.  PRUN_FINALIZE=1 turns this off.
    """
    threading._shutdown()
    atexit._run_exitfuncs()
    for file in _open_files():
        try:
            if not file.closed:
                file.flush()
        except (OSError, ValueError):
            pass  # as a destructor at the end would: ignored


def main(args):
    """Run pytest with `args` (list of str) and return its exit status (int), or end the process with it."""
    if importlib.util.find_spec("pytest") is None:
        return _complain(
            f"pytest is not installed for {sys.executable}; activate the environment that has it, "
            f"or install it: {sys.executable} -m pip install pytest"
        )
    try:
        with _collector_at_rest():
            import pytest
    except ImportError as e:
        if e.name not in getattr(sys, "stdlib_module_names", ()):
            raise
        # Its modules are built into the interpreter there and are files here, or the other way round.
        return _complain(
            f"{sys.executable} is another build of Python than the one that prun was built with ({e}); "
            f"build prun for it: ./configure PYTHON={sys.executable} && make"
        )

    if _version_of(pytest.__version__) < OLDEST_PYTEST:
        return _complain(f"pytest {pytest.__version__} is too old; prun hosts pytest 7.2 or newer")
    if "--version" in args or "-V" in args:
        print("\n".join(_versions()))
        return 0
    from prun import verify

    if verify.wanted(args):
        from prun.verify import command

        return command.main(args)
    status, ended = _run(args)
    if ended:
        _prun.leave(status)
    return status


def _run(args):
    """The exit status, and whether nothing is left to do but to leave."""
    import pytest

    with _collector_at_rest():
        from prun import collecting, exact, plugin

    _pretend_module(args)
    _prun.watch_gc()
    _leave_imports_alone()
    guard = collecting.Guard()
    ended = False
    try:
        status = int(pytest.main(args, plugins=[guard, plugin]))
        if exact.worker:
            exact.worker.leave(status)
        gc.unfreeze()  # master.py froze what had been collected
        if plugin.distributed and not (os.environ.get("PRUN_FINALIZE") or os.environ.get("PYTHONINSPECT")):
            _end_all_but_the_interpreter()
            ended = True
        sys.stdout.flush()
        return status, ended
    except BrokenPipeError:
        # As pytest.console_main(): nobody reads us any more, and flushing at exit would say so again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1, ended
    finally:
        guard.done()
