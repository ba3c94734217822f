import base64
import logging
import sys

import pytest
import pytest_html

PIXEL = base64.b64encode(bytes(range(64))).decode()


@pytest.fixture
def noisy():
    print("in setup")
    yield
    print("in teardown")


@pytest.fixture
def fails_in_setup():
    raise OSError("setup")


@pytest.fixture
def fails_in_teardown():
    yield
    raise OSError("teardown")


def test_passes():
    """A docstring."""


def test_prints(noisy):
    print("<b>on standard output</b> \x1b[31mred\x1b[0m")
    print("on standard error", file=sys.stderr)
    logging.getLogger("shop").warning("logged %d", 7)


def test_fails(noisy):
    print("before it fails")
    assert [1, 2] == [1, 3], "<script>"


@pytest.mark.skip(reason="not now")
def test_skipped():
    pass


@pytest.mark.skip(reason="left out")
def test_left_out():
    pass


@pytest.mark.xfail(reason="known")
def test_xfails():
    assert not 1


@pytest.mark.xfail
def test_xpasses():
    pass


def test_error_in_setup(fails_in_setup):
    pass


def test_error_in_teardown(fails_in_teardown):
    pass


@pytest.mark.parametrize("n", range(4))
@pytest.mark.parametrize("text", ["a b", "ü", "<&>"])
def test_parameters(n, text):
    print(n, text)


class TestExtras:
    def test_each(self, extras):
        extras.append(pytest_html.extras.text("some text", name="Words"))
        extras.append(pytest_html.extras.url("https://example.org/"))
        extras.append(pytest_html.extras.json({"a": [1, None, "ü"]}))
        extras.append(pytest_html.extras.html("<div>inserted</div>"))
        extras.append(pytest_html.extras.png(PIXEL))
        extras.append(pytest_html.extras.svg(PIXEL, name="Drawing"))
        extras.append(pytest_html.extras.mp4(PIXEL))
        extras.append(pytest_html.extras.image("picture.png"))

    def test_bytes(self, extras):
        extras.append(pytest_html.extras.text(b"bytes"))

    def test_with_failure(self, extras):
        extras.append(pytest_html.extras.text("before"))
        assert False
