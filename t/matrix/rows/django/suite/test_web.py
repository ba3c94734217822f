import urllib.request

import pytest
from django.conf import settings as active
from django.core import mail


def test_settings(settings, client):
    settings.GREETING = "goodbye"
    assert client.get("/greeting/").content == b"goodbye"


def test_settings_are_back(client):
    assert active.GREETING == "hello"
    assert client.get("/greeting/").content == b"hello"


def test_client(db, client):
    assert client.post("/items/", {"name": "posted"}).json() == {"items": ["of the migration", "posted"]}


def test_admin_client(admin_client, admin_user):
    assert admin_client.get("/secret/").content.decode() == admin_user.username == "admin"


def test_login(client, django_user_model, db):
    assert client.get("/secret/").status_code == 302
    client.force_login(django_user_model.objects.create_user("someone"))
    assert client.get("/secret/").content == b"someone"


def test_request_factory(rf):
    from shop.views import greeting

    assert greeting(rf.get("/greeting/")).status_code == 200


@pytest.mark.urls("other_urls")
def test_urls(client):
    assert client.get("/greeting/").status_code == 404


@pytest.mark.parametrize("n", range(4))
def test_mail(mailoutbox, n):
    mail.send_mail("subject", "body", "a@example.com", ["b@example.com"])
    assert [m.subject for m in mailoutbox] == ["subject"]


@pytest.mark.parametrize("n", range(3))
def test_live_server(live_server, transactional_db, django_db_serialized_rollback, n):
    from shop.models import Item

    Item.objects.create(name="seen by the server's thread")
    with urllib.request.urlopen(live_server.url + "/items/") as answer:
        assert b"seen by the server" in answer.read()
