from urllib.request import urlopen

from flask import url_for


def test_routes_first(live_server, app):
    @app.route("/late")
    def late():
        return "late"

    live_server.start()
    assert urlopen(url_for("late", _external=True)).read() == b"late"


def test_other():
    pass
