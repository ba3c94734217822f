"""The pytest side of prun: what runs inside pytest, in the master and in its forked workers.

    __main__   an interpreter becomes the host of a run
    guest      a pytest that somebody else has started, with -p prun, becomes it
    main       argv to pytest, and the exit status back
    plugin     the pytest plugin: options, and the run loop that hands over to the C core
    options    the command line, shared with or standing in for pytest-xdist's
    completion the same as scripts for shells that complete it
    master     one parallel run in the master: workers come and go
    telling    what workers told, as reports and calls of pytest's hooks
    checked    what workers tell, looked at before reporters hear of it
    ticks      what the master does at times
    collecting a crash while tests are collected is told with the file
    child      what a forked child must reset before it is a worker
    runner     a worker's session: runs items, records what they report
    isolate    tests in processes of their own: which, how, without workers, what they may use, how they are forked
    reruns     tests that fail run again: which, how, and what is told of it
    live       what a run does now: the live line, its text, the row of the terminal that it has
    timeouts, clock, stacks
               limits of time: how much an item has, when it counts, where threads are
    memory, jobserver
               how many workers there may be: by their memory, by make's slots
    needs      marks that say when a test may run
    choosing   some of the tests: a part for each machine, those that a change reaches
    terminal   the terminal, which the master lends to a worker for a debugger
    debug      --pdb, --trace and breakpoint() in a worker
    lines      what workers write past the capture, in whole lines with their names
    livelog    live logs of workers
    polluter   which test makes another one fail
    random_order
               tests in an order that a seed decides
    quiet      what plugins print in a worker and the master prints again
    codec      reports and warnings as JSON and back
    contract   plugins that do one thing in a controller and another in a worker
    junit      what tests record for --junitxml, and its order
    late       exceptions that belong to no test any more
    exact      xdist-exact mode: workers that are forked before pytest is configured
    plain      values between processes that are forked apart
    nodes      what plugins see of a worker in the master (pytest-xdist's WorkerController)
    newhooks, standin, fixtures, shim
               xdist's hooks, plugin, fixtures and module, where it is absent
    scheduler  a suite's own scheduler, as far as prun can follow it
    sharing    @prun.shared: session fixtures that are set up once for the whole run: which, and how
    rand       the state of random number generators across the fork
    history    what tests took, kept in pytest's cache
    threads    threads that live at the fork
    leaks      what a test leaves behind
    verify     --verify-dropin
    fast       short cuts: what pytest does, in less time
    doctor     what held up the last run
    report     reports of a run: JSON, TAP, HTML and others, from one record of events
    owned      locks that only the process that made them may use

PYTEST_DONT_REWRITE
"""
import os
import sys
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader

import _imp

pytest_plugins = ("prun.guest",)


def _hidden(code, module):
    """The code under the name of no file; tracebacks have its source from the module's loader.

    module: its dotted name, with ``__init__`` where it is a folder's.
    """
    _imp._fix_co_filename(code, f"<prun>/{'/'.join(module.split('.')[1:])}.py")
    return code


class _Loader(*SourceFileLoader.__bases__):
    """Hides prun from what looks at a suite's own files, and takes for those what is nobody's package.

    ``--cov`` without a source measures every file that runs; hypothesis makes examples of the constants in the
    files of all modules.  It is no SourceFileLoader, whose modules pytest rewrites when a plugin was loaded by name.
    """

    path_stats = SourceFileLoader.path_stats
    set_data = SourceFileLoader.set_data
    _cache_bytecode = SourceFileLoader._cache_bytecode
    cache = None  # the folder for bytecode; None: Python's own choice

    def get_code(self, fullname):
        prefix = sys.pycache_prefix
        sys.pycache_prefix = self.cache or prefix
        try:
            return _hidden(super().get_code(fullname), fullname + ".__init__" * self.is_package(fullname))
        finally:
            sys.pycache_prefix = prefix

    def exec_module(self, module):
        super().exec_module(module)
        del module.__file__


def _cache():
    """A folder of the user's for bytecode, where none stands beside the sources and none can be written there.

    Such is an installed prun in another Python than it was compiled for.  None: there is no need, or no such folder
    that is the user's alone.
    """
    if sys.pycache_prefix or os.path.exists(__spec__.cached) or os.access(os.path.dirname(__file__), os.W_OK):
        return None
    folder = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "prun")
    if not os.path.isabs(folder):
        return None
    try:
        if not sys.dont_write_bytecode:
            os.makedirs(folder, 0o700, exist_ok=True)
        status = os.stat(folder)
    except OSError:
        return None
    return folder if status.st_uid == os.geteuid() and not status.st_mode & 0o022 else None


def __getattr__(name):
    """What suites use of this package: ``prun.shared``."""
    if name != "shared":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from prun.sharing import shared

    return shared


def hide():
    """Let what is imported from here on have no files, for these folders alone, and nowhere that a suite would see it."""
    if "__file__" not in globals():
        return
    _Loader.cache = _cache()
    base = os.path.dirname(__file__)
    for folder in (base, *(entry.path for entry in os.scandir(base) if entry.is_dir())):
        sys.path_importer_cache[folder] = FileFinder(folder, (_Loader, SOURCE_SUFFIXES))
    for function in (_hidden, _Loader.get_code, _Loader.exec_module, _cache, __getattr__, hide):
        _hidden(function.__code__, __name__ + ".__init__")
    del globals()["__file__"]


if "_prun" in sys.modules:  # in a run, and not where somebody else reads it
    hide()
