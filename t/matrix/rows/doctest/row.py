"""doctest: docstrings, text files, options, continuing after failures, and fixtures in the namespace."""
from matrix import Case, same_shown

DISTRIBUTIONS = {"pytest": None}
MODULES = ("--doctest-modules", "shop")
TEXTS = ("--doctest-glob=*.rst", "docs")
CASES = [
    Case("--doctest-modules", (*MODULES, "-rA"), check=same_shown, modes=("load", "loadscope", "loadfile", "worksteal")),
    Case("--doctest-glob", (*TEXTS, "-rA", "-s"), check=same_shown, modes=("load", "loadfile")),
    Case("--doctest-continue-on-failure", ("--doctest-continue-on-failure", *MODULES, *TEXTS), check=same_shown),
    Case("--doctest-report", ("--doctest-report=ndiff", *MODULES), check=same_shown, modes=("load",)),
    Case("--doctest-ignore-import-errors", ("--doctest-modules", "--doctest-ignore-import-errors", "shop", "broken")),
    Case("an import error", ("--doctest-modules", "--continue-on-collection-errors", "shop", "broken")),
    Case("with tests, in all files", ("--doctest-modules", *TEXTS, "shop", "tests.py", "-oaddopts="), modes=("load", "loadscope")),
]
