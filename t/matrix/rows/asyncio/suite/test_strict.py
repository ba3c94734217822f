import asyncio
import warnings

import pytest
import pytest_asyncio
from conftest import note


@pytest_asyncio.fixture
async def queue():
    note("up", "function", "queue")
    q = asyncio.Queue()
    await q.put("first")
    yield q
    await asyncio.sleep(0)
    note("down", "function", "queue")


@pytest_asyncio.fixture
async def server(queue):
    note("up", "function", "server")

    async def echo(reader, writer):
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()

    s = await asyncio.start_server(echo, "127.0.0.1", 0)
    yield s.sockets[0].getsockname()
    s.close()
    note("down", "function", "server")


@pytest_asyncio.fixture
async def broken():
    raise ValueError("no fixture")


@pytest_asyncio.fixture
async def breaks_later():
    yield
    raise ValueError("no teardown")


@pytest_asyncio.fixture(params=["one", "two"])
async def parameter(request):
    await asyncio.sleep(0)
    return request.param


@pytest.mark.asyncio
async def test_queue(queue):
    assert await queue.get() == "first"


@pytest.mark.asyncio
async def test_echo(server):
    reader, writer = await asyncio.open_connection(*server)
    writer.write(b"hello\n")
    assert await reader.readline() == b"hello\n"
    writer.close()


@pytest.mark.asyncio
async def test_fails(queue):
    print("in a coroutine")
    assert await queue.get() == "second"


@pytest.mark.asyncio
async def test_error(broken):
    pass


@pytest.mark.asyncio
async def test_error_at_teardown(breaks_later):
    pass


@pytest.mark.asyncio
async def test_parameter(parameter):
    assert parameter == "one"


@pytest.mark.asyncio
@pytest.mark.parametrize("n", range(3))
async def test_parametrized(n):
    assert await asyncio.sleep(0, n) == n


@pytest.mark.asyncio
@pytest.mark.skip(reason="not now")
async def test_skipped():
    pass


@pytest.mark.asyncio
async def test_skips():
    await asyncio.sleep(0)
    pytest.skip("later")


@pytest.mark.asyncio
@pytest.mark.xfail(strict=True)
async def test_xfail():
    await asyncio.sleep(0)
    raise AssertionError


@pytest.mark.asyncio
async def test_times_out():
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), 0.01)


@pytest.mark.asyncio
async def test_warns():
    warnings.warn("from a coroutine", UserWarning)


@pytest.mark.asyncio
class TestClass:
    async def test_method(self, queue):
        assert queue.qsize() == 1

    async def test_own_loop(self):
        assert asyncio.get_running_loop().is_running()


def test_subprocess_of_a_loop():
    async def run():
        p = await asyncio.create_subprocess_exec("true")
        return await p.wait()

    assert asyncio.run(run()) == 0


@pytest.mark.asyncio
async def test_subprocess():
    p = await asyncio.create_subprocess_exec("echo", "hello", stdout=asyncio.subprocess.PIPE)
    out, _ = await p.communicate()
    assert (p.returncode, out) == (0, b"hello\n")


async def test_not_marked():
    """Strict mode leaves it alone; pytest has something to say about it."""


def test_not_async(queue):
    """A synchronous test may use an async fixture."""
    assert queue.qsize() == 1
