"""Short cuts: where prun does what pytest does, with the same effect in less time.

Each is a module here with the four duties: a written condition under which it is taken, decided from the live
plugin manager and pytest's release; pytest's own path as the way back; a switch (``--no-fast`` for all,
``PRUN_NO_FAST=name,...`` for some); and t/t0730-fast.sh, which runs suites with and without and compares
what comes out.

    hooks      pluggy's calls of hooks, in C
    bytecode   of a file that pytest has rewritten the code is read in one piece
    collect    what is known of plain functions is not asked again, their items are put together in C, and constants are
               not asked whether they are fixtures
    tmp_path   folders of tests are numbered and checked in C, and those of old runs removed
    capture    capsys's streams are put up and taken down in C
    fixtures   what comes between a request and a fixture's function is done in C
    run        tests whose hooks are pytest's own alone run without calling those
    source     a file is parsed once for the tracebacks of its failures
    replay     passes that only pytest's own reporters hear of are told in batches
"""
import os
import re

import pytest
from _pytest.stash import StashKey

NAMES = ("hooks", "bytecode", "collect", "tmp_path", "capture", "fixtures", "run", "source", "replay")
# The releases with which the comparison above was run.  Others are hosted all the same, on pytest's own paths.
RELEASES = ((7, 2), (8, 3), (8, 4), (9, 0), (9, 1), (9, 2))

_decided = StashKey()


def add_options(parser):
    parser.getgroup("prun", "prun").addoption(
        "--no-fast",
        action="store_true",
        dest="no_fast",
        help="Take none of prun's short cuts through pytest; PRUN_NO_FAST=NAME,... in the environment turns off "
        f"some ({', '.join(NAMES)}); -v says which are taken",
    )


def release():
    """(major, minor) of pytest, as numbers."""
    return tuple(int(n) for n in re.findall(r"\d+", pytest.__version__)[:2])


def forbidden(config, name):
    """Why the short cut may not be taken, whatever else is the case; "" if it may."""
    if config.option.no_fast:
        return "--no-fast"
    if name in os.environ.get("PRUN_NO_FAST", "").split(","):
        return "PRUN_NO_FAST"
    if release() not in RELEASES:
        return f"not tested with pytest {pytest.__version__}"
    return ""


def decide(config, name, why_not):
    """Note that the short cut is taken or, for the reason `why_not`, is not; returns whether it is.

    why_not: a function that is called unless the short cut is forbidden anyway; returns "" or a reason.
    """
    try:
        reason = forbidden(config, name) or why_not()
    except Exception as e:  # plugins that are missing, or of a kind that nobody thought of
        reason = f"cannot be told: {e!r}"
    config.stash.setdefault(_decided, {})[name] = reason
    return not reason


def told(config):
    """One line for -v: what is on, and why the others are not; "" where nothing was decided."""
    decided = config.stash.get(_decided, {})
    if not decided:
        return ""
    on = [name for name in NAMES if decided.get(name) == ""]
    off = [f"not {name}: {decided[name]}" for name in NAMES if decided.get(name)]
    return f"short cuts: {'; '.join([', '.join(on) or 'none', *off])}"


def foreign(hook, known):
    """Implementations of `hook` whose plugin is none of pytest's own or prun's, and not in `known`, as a reason.

    hook: a HookCaller; known: names of implementing functions' modules that are allowed besides.
    """
    for impl in hook.get_hookimpls():
        module = getattr(impl.function, "__module__", None) or ""
        if not module.startswith(("_pytest.", "prun")) and module not in known:
            return f"{impl.plugin_name} implements {hook.name}"
    return ""
