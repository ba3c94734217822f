"""pytest-repeat: --count, repeat marks and the scope in which they repeat."""
from matrix import Case, in_order

DISTRIBUTIONS = {"pytest-repeat": "pytest_repeat"}
DEBIAN = ["python3-pytest-repeat"]
ALL = ("load", "loadscope", "loadfile", "loadgroup", "worksteal")
CASES = [
    Case("--count", ("--count=4",), check=in_order, modes=ALL),
    *(
        Case(f"--repeat-scope={scope}", ("--count=3", f"--repeat-scope={scope}"), check=in_order)
        for scope in ("class", "module", "session")
    ),
    Case("repeat marks only", check=in_order),
    Case("--count with -x", ("--count=4", "-x", "-k", "test_third_time"), modes=("load",), order=False),
]
