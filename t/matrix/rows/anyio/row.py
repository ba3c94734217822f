"""anyio: its marker, async fixtures of every scope, on asyncio and on trio."""
from matrix import Case, same_shown

DISTRIBUTIONS = {"anyio": "anyio.pytest_plugin", "trio": None}
DEBIAN = ["python3-anyio", "python3-trio"]
MODES = ("load", "loadscope", "loadfile", "worksteal")
CASES = [
    Case("asyncio and trio", ("test_backends.py",), check=same_shown, modes=MODES),
    Case("fixtures of wider scope", ("test_scopes.py",), modes=MODES, needs={"anyio": "4"}),
    Case("anyio_mode = auto", ("-oanyio_mode=auto", "auto_mode.py"), needs={"anyio": "4.10"}),
]
