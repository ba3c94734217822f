"""pytest-asyncio: auto and strict mode, the scopes of loops, async fixtures and their teardown."""
import glob

from matrix import Case, lines

DISTRIBUTIONS = {"pytest-asyncio": "pytest_asyncio.plugin"}
DEBIAN = ["python3-pytest-asyncio"]


def ended(peer, prun):
    """Each async fixture that was set up was torn down once, in the same process and loop."""
    for run in (peer, prun):
        logs = glob.glob(run.path("fixtures-*"))
        if not logs:
            yield f"{run.side}: no fixture said anything"
        for path in logs:
            there = []
            for line in lines(path):
                what, _, who = line.partition(" ")
                if what == "up":
                    there.append(who)
                elif who in there:
                    there.remove(who)
                else:
                    yield f"{run.side}: {path}: {line}: it was not there, or in another loop"
            if there:
                yield f"{run.side}: {path}: never torn down: {there}"


def of_function(run):
    """How often fixtures of function scope were set up: as often wherever the tests run."""
    return sorted(line.split()[1] for path in glob.glob(run.path("fixtures-*")) for line in lines(path) if line.startswith("up function"))


def as_often(peer, prun):
    yield from ended(peer, prun)
    if of_function(peer) != of_function(prun):
        yield f"fixtures of function scope: {of_function(peer)} is {of_function(prun)} with prun"


MODES = ("load", "loadscope", "loadfile", "worksteal")
CASES = [
    Case("strict mode", ("-oasyncio_mode=strict", "test_strict.py", "test_legacy.py"), check=as_often, modes=MODES),
    Case("auto mode", ("--asyncio-mode=auto", "test_auto.py"), check=as_often, modes=MODES),
    # Older releases close, or leave as current, the session's loop when a narrower one ends: which tests fail then
    # depends on what ran before in the process.
    Case(
        "loops of wider scope",
        ("-oasyncio_mode=strict", "test_scopes.py", "test_session.py"),
        check=ended,
        modes=MODES,
        needs={"pytest-asyncio": "1.2"},
    ),
    Case(
        "loops of wider scope by ini",
        (
            "-oasyncio_mode=auto",
            "-oasyncio_default_fixture_loop_scope=session",
            "-oasyncio_default_test_loop_scope=session",
            "test_session_by_ini.py",
        ),
        check=ended,
        needs={"pytest-asyncio": "1.0"},
    ),
]
