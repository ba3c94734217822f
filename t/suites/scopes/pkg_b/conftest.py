import events
import pytest


@pytest.fixture(scope="package", autouse=True)
def package_fixture():
    events.note("up", "package", "pkg_b")
    yield
    events.note("down", "package", "pkg_b")
