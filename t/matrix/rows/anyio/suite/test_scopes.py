import anyio
import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def resource(anyio_backend):
    await anyio.sleep(0)
    found = ["open"]
    yield found
    await anyio.sleep(0)
    found.append("closed")


@pytest.fixture
async def short(resource):
    resource.append("used")
    yield resource
    resource.remove("used")


@pytest.mark.parametrize("n", range(4))
async def test_resource(resource, short, n):
    assert resource == ["open", "used"]


def test_sync(resource):
    assert resource == ["open"]


class TestClass:
    async def test_method(self, short):
        assert short == ["open", "used"]
