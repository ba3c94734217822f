import os

import pytest
from flask import Flask, jsonify, request


@pytest.fixture(scope="session")
def app():
    app = Flask(__name__)
    app.config.update(TESTING=True, DEBUG=False, GREETING="hello", SERVER_NAME="localhost")

    @app.route("/")
    def index():
        return "index"

    @app.route("/json", methods=["GET", "POST"])
    def json():
        return jsonify(greeting=app.config["GREETING"], sent=request.get_json(silent=True))

    @app.route("/pid")
    def pid():
        return str(os.getpid())

    @app.route("/broken")
    def broken():
        raise ZeroDivisionError

    return app
