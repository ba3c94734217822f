import asyncio
import os


def pytest_configure(config):
    config.addinivalue_line("markers", "asyncio: for releases that do not say so")


def note(what, scope, name):
    """One line in this process's log; the loop is known by a number of its own."""
    loop = asyncio.get_running_loop()
    number = loop.__dict__.setdefault("test_number", os.urandom(4).hex()) if hasattr(loop, "__dict__") else id(loop)
    with open(f"fixtures-{os.getpid()}", "a") as f:
        print(what, scope, name, number, file=f)
