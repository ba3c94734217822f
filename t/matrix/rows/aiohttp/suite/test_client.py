import aiohttp
import pytest
from aiohttp import web


async def hello(request):
    return web.json_response({"hello": request.query.get("who", "world")})


async def echo(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        await socket.send_str(message.data + "!")
        await socket.close()
    return socket


def make_app():
    app = web.Application()
    app.router.add_get("/", hello)
    app.router.add_get("/ws", echo)
    return app


@pytest.fixture
async def client(aiohttp_client):
    return await aiohttp_client(make_app())


async def test_get(client):
    assert await (await client.get("/")).json() == {"hello": "world"}


async def test_fails(client):
    status = (await client.get("/missing")).status  # a response would be shown with its port and date
    assert status == 200


@pytest.mark.parametrize("who", ["a", "b", "c", "d"])
async def test_query(client, who):
    assert await (await client.get("/", params={"who": who})).json() == {"hello": who}


async def test_websocket(client):
    async with client.ws_connect("/ws") as socket:
        await socket.send_str("hello")
        assert (await socket.receive()).data == "hello!"


async def test_server(aiohttp_server):
    server = await aiohttp_server(make_app())
    assert server.host == "127.0.0.1"
    async with aiohttp.ClientSession() as session:
        async with session.get(server.make_url("/")) as response:
            assert response.status == 200


async def test_raw_server(aiohttp_raw_server, aiohttp_client):
    async def handler(request):
        return web.Response(text="raw")

    client = await aiohttp_client(await aiohttp_raw_server(handler))
    assert await (await client.get("/any")).text() == "raw"


async def test_unused_port(unused_tcp_port):
    assert 1024 <= unused_tcp_port < 65536


def test_without():
    pass
