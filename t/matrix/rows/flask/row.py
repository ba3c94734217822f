"""pytest-flask: client, config and the request context, and live_server on the loopback."""
from matrix import Case, same_shown

DISTRIBUTIONS = {"pytest-flask": "pytest_flask.plugin"}
DEBIAN = ["python3-pytest-flask"]
CASES = [
    Case("client", ("test_client.py",), check=same_shown, modes=("load", "loadscope", "loadfile", "worksteal")),
    # 0.15 waits 5 s for a server that is to end cleanly.
    Case("live_server", ("test_live.py",), modes=("load", "loadfile", "worksteal"), needs={"pytest-flask": "1"}),
    Case("--no-live-server-clean-stop", ("--no-live-server-clean-stop", "test_live.py"), modes=("load", "loadfile")),
    Case("live_server, --no-start-live-server", ("--no-start-live-server", "--no-live-server-clean-stop", "test_start.py"), modes=("load",)),
    Case("live_server of function scope", ("-olive_server_scope=function", "test_live.py"), modes=("load",), needs={"pytest-flask": "1"}),
]
