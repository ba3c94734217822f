import pytest
from fastapi.testclient import TestClient
from shop import app, state, user


@pytest.fixture(scope="module")
def client():
    with TestClient(app) as c:
        yield c
    assert not state


def test_lifespan(client):
    assert client.get("/").json() == {"up": True}


def test_fails(client):
    assert client.get("/").json() == {"up": None}


@pytest.mark.parametrize("number", [0, 10, 11, "x"])
def test_items(client, number):
    assert client.get(f"/items/{number}").status_code == {11: 404, "x": 422}.get(number, 200)


@pytest.fixture
def somebody():
    app.dependency_overrides[user] = lambda: "somebody"
    yield
    app.dependency_overrides.clear()


def test_override(client, somebody):
    assert client.get("/me").json() == {"who": "somebody"}


def test_no_override(client):
    assert client.get("/me").json() == {"who": "nobody"}


def test_broken(client):
    with pytest.raises(ZeroDivisionError):
        client.get("/broken")


def test_websocket(client):
    with client.websocket_connect("/ws") as socket:
        socket.send_text("hello")
        assert socket.receive_json() == {"echo": "hello"}


def test_of_its_own():
    with TestClient(app, raise_server_exceptions=False) as c:
        assert c.get("/broken").status_code == 500
        assert state
