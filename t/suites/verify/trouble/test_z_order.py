"""Needs what test_fill left; see there."""
import os

import shelf


def test_use():
    if os.environ.get("PYTEST_XDIST_WORKER_COUNT") == "2":
        with open(os.environ["MEET"], "w", encoding="utf-8"):
            pass
    assert shelf.books
