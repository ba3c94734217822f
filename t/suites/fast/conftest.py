import os

import pytest


@pytest.fixture
def current():
    """PYTEST_CURRENT_TEST, as code of the suite sees it in each phase."""
    assert os.environ["PYTEST_CURRENT_TEST"].endswith(" (setup)")
    yield lambda: os.environ["PYTEST_CURRENT_TEST"].rpartition("::")[2]
    assert os.environ["PYTEST_CURRENT_TEST"].endswith(" (teardown)")


@pytest.fixture
def loud(request):
    print("set-up of", request.node.name)
    yield
    print("teardown of", request.node.name)


@pytest.fixture
def given(request):
    return request.param * 2
