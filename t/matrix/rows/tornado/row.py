"""pytest-tornado: http_client, http_server, base_url, gen_test and its timeouts."""
from matrix import Case, same_shown

DISTRIBUTIONS = {"pytest-tornado": "pytest_tornado.plugin"}
DEBIAN = ["python3-pytest-tornado"]
CASES = [
    Case("http_client and http_server", ("test_app.py",), check=same_shown, modes=("load", "loadscope", "loadfile", "worksteal")),
    Case("--async-test-timeout", ("--async-test-timeout=0.05", "test_timeout.py"), modes=("load",)),
]
