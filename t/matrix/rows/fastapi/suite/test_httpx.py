import asyncio
import http.server
import threading

import httpx
import pytest
from shop import app


def get(path):
    async def ask():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            return await client.get(path)

    return asyncio.run(ask())


def test_asgi():
    assert get("/items/3").json() == {"number": 3}


def test_fails():
    assert get("/items/3").json() == {"number": 4}


def test_mock_transport():
    transport = httpx.MockTransport(lambda request: httpx.Response(418, text=str(request.url)))
    with httpx.Client(transport=transport) as client:
        assert client.get("http://shop/tea").text == "http://shop/tea"


@pytest.fixture(scope="session")
def server():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.path.encode())

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as s:
        threading.Thread(target=s.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{s.server_port}"
        s.shutdown()


@pytest.mark.parametrize("n", range(4))
def test_loopback(server, n):
    assert httpx.get(f"{server}/{n}", trust_env=False).text == f"/{n}"


def test_nobody_listens():
    with pytest.raises(httpx.ConnectError):
        httpx.get("http://127.0.0.1:1/", trust_env=False)
