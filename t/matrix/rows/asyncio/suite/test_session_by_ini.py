import asyncio

import pytest
from conftest import note


@pytest.fixture(scope="session")
async def pool():
    note("up", "session", "pool")
    yield asyncio.get_running_loop()
    note("down", "session", "pool")


@pytest.fixture
async def row(pool):
    note("up", "function", "row")
    yield pool
    note("down", "function", "row")


@pytest.mark.parametrize("n", range(8))
async def test_row(row, n):
    assert row is asyncio.get_running_loop()
    assert n != 5


async def test_pool(pool):
    assert pool is asyncio.get_running_loop()
