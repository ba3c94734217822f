import events
import pytest


@pytest.fixture(scope="package", autouse=True)
def package_fixture():
    events.note("up", "package", "pkg_a")
    yield
    events.note("down", "package", "pkg_a")
