"""pytest-aiohttp: aiohttp_client, aiohttp_server and aiohttp_raw_server, with pytest-asyncio's two modes."""
from matrix import Case, same_shown

DISTRIBUTIONS = {"pytest-aiohttp": "pytest_aiohttp.plugin", "pytest-asyncio": "pytest_asyncio.plugin"}
DEBIAN = ["python3-pytest-aiohttp"]
MODES = ("load", "loadscope", "loadfile", "worksteal")
CASES = [
    Case("auto mode", ("-oasyncio_mode=auto", "test_client.py"), check=same_shown, modes=MODES),
    Case("strict mode", ("-oasyncio_mode=strict", "test_strict.py"), modes=("load",)),
]
