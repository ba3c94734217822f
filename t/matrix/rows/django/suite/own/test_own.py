"""Connects while it is imported."""
import os

import pytest

try:
    import psycopg as driver
except ImportError:
    import psycopg2 as driver

connection = driver.connect(host=os.environ["SHOP_POSTGRES"], user="shop", dbname="postgres")


@pytest.mark.parametrize("n", range(6))
def test_session(n):
    # It is not used: two workers that wait for each other's answers would wait for ever.
    with open(f"session-{os.environ.get('PYTEST_XDIST_WORKER', 'master')}", "w") as f:
        print(connection.info.backend_pid, file=f)
