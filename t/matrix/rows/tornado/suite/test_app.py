import pytest
import tornado.web
from tornado.httpclient import HTTPError


class Main(tornado.web.RequestHandler):
    def get(self):
        self.write("hello")


@pytest.fixture
def app():
    return tornado.web.Application([(r"/", Main)])


@pytest.mark.gen_test
def test_get(http_client, base_url):
    response = yield http_client.fetch(base_url)
    assert response.code == 200


async def body(http_client, base_url):
    return (await http_client.fetch(base_url)).body


@pytest.mark.gen_test
async def test_fails(request):
    """Ports and addresses of objects are others in each run."""
    got = await body(request.getfixturevalue("http_client"), request.getfixturevalue("base_url"))
    assert got == b"goodbye"


@pytest.mark.gen_test(run_sync=False)
def test_missing(http_client, base_url):
    with pytest.raises(HTTPError):
        yield http_client.fetch(base_url + "/missing")


@pytest.mark.gen_test
@pytest.mark.parametrize("n", range(4))
async def test_coroutine(http_client, http_port, n):
    response = await http_client.fetch(f"http://127.0.0.1:{http_port}/")
    assert response.body == b"hello"


def test_run_sync(io_loop, http_client, base_url):
    assert io_loop.run_sync(lambda: http_client.fetch(base_url)).code == 200


def test_without():
    pass
