import pytest
from flask import current_app, request, url_for


def test_index(client):
    assert client.get(url_for("index")).status_code == 200


def test_fails(client):
    assert client.get("/").data == b"other"


def test_json(client, accept_json):
    found = client.get("/json", headers=accept_json)
    assert found.json == {"greeting": "hello", "sent": None}


def test_config(config):
    assert config["GREETING"] == "hello"


@pytest.mark.options(greeting="hi", debug=True)
def test_options(app, client):
    assert app.config["DEBUG"] is True
    assert client.get("/json").json["greeting"] == "hi"


def test_options_are_back(client):
    assert client.get("/json").json["greeting"] == "hello"


def test_context():
    assert current_app.config["TESTING"] and request.path == "/"


@pytest.mark.parametrize("n", range(4))
def test_post(client, n):
    assert client.post("/json", json=n).json["sent"] == n


def test_broken(client):
    with pytest.raises(ZeroDivisionError):
        client.get("/broken")


@pytest.mark.usefixtures("client_class")
class TestClass:
    def test_client(self):
        assert self.client.get("/").data == b"index"
