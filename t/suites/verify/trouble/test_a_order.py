"""test_fill must run before test_use of the last file.  With two workers it waits until the other one has run that."""
import os

import shelf


def test_fill(number):
    assert number == 1
    shelf.books.append("one")
    if os.environ.get("PYTEST_XDIST_WORKER_COUNT") == "2":
        with open(os.environ["MEET"], encoding="utf-8") as f:
            f.read()


def test_sound():
    pass
