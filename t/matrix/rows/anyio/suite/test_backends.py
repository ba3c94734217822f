import anyio
import pytest
import sniffio_or_anyio as library

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stream():
    send, receive = anyio.create_memory_object_stream(2)
    await send.send("first")
    yield receive
    await send.aclose()
    await receive.aclose()


async def test_passes(stream):
    assert await stream.receive() == "first"


async def test_library(anyio_backend_name):
    assert library.current() == anyio_backend_name


async def test_fails(stream):
    print("in", library.current())
    assert await stream.receive() == "second"


async def test_only_asyncio(anyio_backend_name):
    if anyio_backend_name != "asyncio":
        pytest.skip("asyncio only")


async def test_task_group():
    done = []

    async def work(n):
        await anyio.sleep(0)
        done.append(n)

    async with anyio.create_task_group() as tasks:
        for n in range(3):
            tasks.start_soon(work, n)
    assert sorted(done) == [0, 1, 2]


async def test_timeout():
    with pytest.raises(TimeoutError):
        with anyio.fail_after(0.01):
            await anyio.sleep_forever()


async def test_tcp():
    async def echo(client):
        async with client:
            await client.send(await client.receive())

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, echo)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        async with await anyio.connect_tcp("127.0.0.1", port) as client:
            await client.send(b"hello")
            assert await client.receive() == b"hello"
        tasks.cancel_scope.cancel()


@pytest.mark.parametrize("n", range(3))
async def test_parameters(n):
    assert await anyio.to_thread.run_sync(lambda: n) != 2


@pytest.fixture
async def broken():
    raise ValueError("no fixture")


async def test_error(broken):
    pass


@pytest.mark.xfail
async def test_xfail():
    raise AssertionError
