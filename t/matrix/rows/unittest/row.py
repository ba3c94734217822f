"""unittest: TestCases, their fixtures of class and module, subTest, skips, expected failures and coroutines."""
import glob

from matrix import Case, lines, same_shown

DISTRIBUTIONS = {"pytest": None}


def fixtures(run):
    """{process: [what setUpClass and its like said]}"""
    return {path: lines(path) for path in glob.glob(run.path("said-*"))}


def balanced(peer, prun):
    """What was set up in a process was torn down in it, once, the innermost first."""
    for run in (peer, prun):
        if not fixtures(run):
            yield f"{run.side}: no fixture said anything"
        for path, said in fixtures(run).items():
            there = []
            for line in said:
                what, _, who = line.partition(" ")
                if what == "up":
                    there.append(who)
                elif there and there[-1] == who:
                    there.pop()
                else:
                    yield f"{run.side}: {path}: {line}, while there was {there}"
            if there:
                yield f"{run.side}: {path}: never torn down: {there}"


def once(peer, prun):
    """In the scope modes a class is set up in one worker only."""
    yield from balanced(peer, prun)
    want, got = (sorted(line for said in fixtures(run).values() for line in said if " class " in line) for run in (peer, prun))
    if want != got:
        yield f"classes: {want} is {got} with prun"


MODES = ("load", "loadscope", "loadfile", "worksteal")
CASES = [
    Case("outcomes", ("test_outcomes.py", "test_async.py"), check=balanced, modes=MODES),
    Case("what failures show", ("test_outcomes.py", "-rA"), check=same_shown),
    Case("setUpClass, setUpModule", ("test_scopes.py", "test_scopes_too.py"), check=balanced, modes=MODES),
    Case("each class in one worker", ("test_scopes.py", "test_scopes_too.py"), check=once, modes=("loadscope", "loadfile")),
    Case("subTest", ("test_subtest.py", "-ojunit_logging=all", "-rA"), check=same_shown),
    Case("subTest, -v", ("test_subtest.py", "-v")),
]
