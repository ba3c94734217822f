"""pytest-order: order marks, relations, scopes and groups."""
from matrix import Case, in_order

DISTRIBUTIONS = {"pytest-order": "pytest_order"}
DEBIAN = ["python3-pytest-order"]
ALL = ("load", "loadscope", "loadfile", "loadgroup", "worksteal")

CASES = [
    Case("order marks", check=in_order, modes=ALL),
    # Tests that build on each other need one worker; loadfile gives it.
    Case("tests that need their order", ("--order-scope=module",), check=in_order, modes=("loadfile",), env={"CHAIN": "1"}),
    Case("--order-scope=module", ("--order-scope=module",), check=in_order),
    Case("--order-scope=class", ("--order-scope=class",), check=in_order),
    Case("--order-group-scope", ("--order-group-scope=module",), check=in_order),
    Case("--indulgent-ordering", ("--indulgent-ordering", "--ff"), check=in_order, modes=("load",)),
    Case("--sparse-ordering", ("--sparse-ordering",), check=in_order, modes=("load",)),
    Case("--order-dependencies", ("--order-dependencies",), check=in_order, modes=("load",)),
]
