"""fastapi: TestClient with lifespan, dependencies and websockets, and httpx's clients."""
from matrix import Case, same_shown

DISTRIBUTIONS = {"fastapi": None, "httpx": None}
DEBIAN = ["python3-fastapi", "python3-httpx"]
CASES = [
    Case("TestClient", ("test_client.py",), check=same_shown, modes=("load", "loadscope", "loadfile", "worksteal")),
    Case("httpx", ("test_httpx.py",), check=same_shown, modes=("load", "loadscope", "worksteal")),
]
