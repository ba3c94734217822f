import asyncio
import contextvars

import pytest
from conftest import note

name = contextvars.ContextVar("name", default="nobody")


@pytest.fixture
async def client():
    note("up", "function", "client")
    yield "client"
    note("down", "function", "client")


@pytest.fixture(autouse=True)
async def around():
    note("up", "function", "around")
    yield
    note("down", "function", "around")


async def test_client(client):
    await asyncio.sleep(0)
    assert client == "client"


async def test_gather():
    assert await asyncio.gather(*(asyncio.sleep(0, n) for n in range(3))) == [0, 1, 2]


async def test_fails(client):
    assert await asyncio.sleep(0, client) == "server"


async def test_context():
    assert name.get() == "nobody"
    name.set("somebody")


async def test_context_is_gone():
    assert name.get() == "nobody"


async def test_task_that_is_left():
    asyncio.get_running_loop().create_task(asyncio.Event().wait())


@pytest.mark.parametrize("n", range(4))
async def test_parameters(n, client):
    assert n != 2


class TestMethods:
    @pytest.fixture
    async def own(self):
        note("up", "function", "own")
        yield self
        note("down", "function", "own")

    async def test_method(self, own):
        assert own is self or type(own) is type(self)

    @staticmethod
    async def test_static(client):
        assert client

    def test_sync(self, client):
        assert client == "client"
