"""An id that is never the same."""
import uuid

import pytest


@pytest.mark.parametrize("token", [1, 2], ids=lambda token: f"{token}-{uuid.uuid4()}")
def test_token(token):
    assert token
