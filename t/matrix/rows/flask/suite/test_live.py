import os
from urllib.request import urlopen

import pytest
from flask import url_for


@pytest.mark.parametrize("n", range(3))
@pytest.mark.usefixtures("live_server")
def test_serves(n):
    assert urlopen(url_for("index", _external=True)).read() == b"index"


def test_another_process(live_server):
    assert int(urlopen(url_for("pid", _external=True)).read()) != os.getpid()


@pytest.mark.usefixtures("live_server")
class TestLive:
    def test_json(self):
        assert b"hello" in urlopen(url_for("json", _external=True)).read()

    def test_missing(self):
        with pytest.raises(OSError, match="404"):
            urlopen(url_for("index", _external=True) + "missing")
