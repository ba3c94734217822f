"""Takes its database's name from the worker while it is imported."""
import os

DATABASE = "db_" + os.environ.get("PYTEST_XDIST_WORKER", "master")


def test_database():
    assert DATABASE == "db_" + os.environ.get("PYTEST_XDIST_WORKER", "master")
