import anyio
import pytest


@pytest.fixture
async def value():
    await anyio.sleep(0)
    return 1


async def test_auto(value):
    assert value == 1


async def test_fails(value):
    assert value == 2
