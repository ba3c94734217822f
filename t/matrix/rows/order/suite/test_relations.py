import os

import pytest

steps = []
CHAIN = bool(os.environ.get("CHAIN"))


@pytest.mark.order(after=["TestSteps::test_create", "test_target"])
def test_after_two():
    pass


def test_target():
    pass


@pytest.mark.dependency(depends=["test_base"])
def test_depends():
    pass


@pytest.mark.dependency
def test_base():
    pass


class TestSteps:
    """Each needs the one before it, so they must be on one worker: only then do they insist."""

    @pytest.mark.order(3)
    def test_delete(self):
        assert steps == ["create", "change"] or not CHAIN
        steps.append("delete")

    @pytest.mark.order(1)
    def test_create(self):
        assert steps == [] or not CHAIN
        steps.append("create")

    @pytest.mark.order(2)
    def test_change(self):
        assert steps == ["create"] or not CHAIN
        steps.append("change")

    @pytest.mark.order(4)
    @pytest.mark.xfail(strict=True)
    def test_change_after_delete(self):
        assert CHAIN and steps[-1:] == ["change"]
