import asyncio

import pytest
from test_scopes import of_session  # noqa: F401

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("n", range(4))
async def test_session(of_session, n):  # noqa: F811
    assert of_session is asyncio.get_running_loop()
