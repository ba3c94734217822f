import pytest
import pytest_asyncio
from aiohttp import web


@pytest_asyncio.fixture
async def client(aiohttp_client):
    return await aiohttp_client(web.Application())


@pytest.mark.asyncio
async def test_missing(client):
    assert (await client.get("/")).status == 404


def test_without():
    pass
