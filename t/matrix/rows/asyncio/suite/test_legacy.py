"""event_loop, redefined for a wider scope: the way before loop_scope, gone in 1.0."""
import asyncio

import pytest
import pytest_asyncio
from conftest import note

if tuple(map(int, pytest_asyncio.__version__.split(".")[:2])) >= (0, 23):
    pytest.skip("replaced by loop_scope", allow_module_level=True)


@pytest.fixture(scope="module")
def event_loop():
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest_asyncio.fixture(scope="module")
async def connection():
    note("up", "module", "connection")
    yield asyncio.get_running_loop()
    note("down", "module", "connection")


@pytest.mark.asyncio
@pytest.mark.parametrize("n", range(6))
async def test_same_loop(connection, n):
    assert connection is asyncio.get_running_loop()
