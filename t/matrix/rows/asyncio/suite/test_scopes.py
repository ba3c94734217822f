import asyncio

import pytest
import pytest_asyncio
from conftest import note


def fixture_of(scope):
    @pytest_asyncio.fixture(scope=scope, loop_scope=scope)
    async def fixture():
        note("up", scope, "loop")
        yield asyncio.get_running_loop()
        note("down", scope, "loop")

    return fixture


of_session = fixture_of("session")
of_module = fixture_of("module")
of_class = fixture_of("class")
of_function = fixture_of("function")


@pytest_asyncio.fixture(loop_scope="module")
async def short_in_module(of_module):
    """A fixture of function scope in the module's loop."""
    note("up", "function", "short_in_module")
    yield of_module
    note("down", "function", "short_in_module")


@pytest.mark.asyncio
@pytest.mark.parametrize("n", range(3))
async def test_function(n, of_function):
    assert of_function is asyncio.get_running_loop()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("n", range(4))
async def test_module(n, of_module, short_in_module):
    assert of_module is short_in_module is asyncio.get_running_loop()


@pytest.mark.asyncio(loop_scope="session")
async def test_session(of_session):
    assert of_session is asyncio.get_running_loop()


@pytest.mark.asyncio(loop_scope="class")
class TestClass:
    async def test_first(self, of_class):
        assert of_class is asyncio.get_running_loop()

    async def test_second(self, of_class):
        assert of_class is asyncio.get_running_loop()

    async def test_fails(self, of_class):
        assert of_class is None

    async def test_after(self, of_class):
        assert of_class is asyncio.get_running_loop()


@pytest.mark.asyncio(loop_scope="module")
async def test_module_again(of_module):
    assert of_module is asyncio.get_running_loop()


@pytest.mark.asyncio
async def test_other_loop(of_session):
    assert of_session is not asyncio.get_running_loop()
