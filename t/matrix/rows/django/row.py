"""pytest-django: databases of the workers, fixtures, clients, and Django's own test cases, with SQLite."""
import os
import re

from matrix import Case, lines

DISTRIBUTIONS = {"pytest-django": "pytest_django.plugin", "Django": None}
DEBIAN = ["python3-pytest-django", "python3-django"]
ALL_MODES = ("load", "loadscope", "loadfile", "loadgroup", "worksteal")


def databases(run):
    """{worker: names of the databases that its tests had}"""
    found = {}
    for name in os.listdir(run.folder):
        kind, _, worker = name.partition("-")
        if kind == "databases":
            found[worker] = {database for line in lines(run.path(name)) for database in line.split()}
    return found


def own_databases(peer, mine):
    """Each worker has the databases of one process, with its name behind."""
    names = set().union(*databases(peer).values())
    if not names:
        yield f"{peer.side} had no database"
    of_workers = databases(mine)
    if of_workers.keys() != {"gw0", "gw1"}:
        yield f"tests with a database ran in {sorted(of_workers)}"
    for worker, found in of_workers.items():
        if found != {f"{name}_{worker}" for name in names}:
            yield f"{worker} had {sorted(found)}, serial pytest {sorted(names)}"


def left(run):
    return {name for name in os.listdir(run.folder) if re.match(r"test_\w+\.sqlite3", name)}


def files_gone(peer, mine):
    yield from own_databases(peer, mine)
    for run in (peer, mine):
        if left(run):
            yield f"{run.side} left {sorted(left(run))}"


def files_kept(peer, mine):
    yield from own_databases(peer, mine)
    serial = {"test_shop.sqlite3", "test_archive.sqlite3"}
    workers = {f"{name}_{worker}" for name in serial for worker in ("gw0", "gw1")}
    for run in (peer, mine):
        if not (serial | workers) <= left(run):
            yield f"{run.side} left {sorted(left(run))} only"


TESTS = ("test_db.py", "test_web.py", "test_unittest.py")
FILE = {"SHOP_DATABASE": "file"}
CASES = [
    Case("SQLite in memory", TESTS, modes=ALL_MODES),
    Case("SQLite files", TESTS, check=files_gone, env=FILE),
    Case("django_db_setup is the suite's", ("setup",)),
    Case("django_db_setup is the suite's, files", ("setup",), check=files_gone, env=FILE, modes=("load",)),
    Case("--reuse-db", ("-p", "reused", "--reuse-db", "reuse"), check=files_kept, env=FILE, modes=("load",)),
    Case("--create-db", ("-p", "reused", "--reuse-db", "--create-db", "reuse"), check=files_kept, env=FILE, modes=("load",)),
    Case("--no-migrations", ("--no-migrations", "test_web.py"), modes=("load",)),
    Case("asks the database while it is loaded", TESTS, check=own_databases, env={**FILE, "SHOP_EARLY": "1"}, modes=("load",)),
]
