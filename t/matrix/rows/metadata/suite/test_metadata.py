import pytest


def test_option(metadata):
    assert metadata["environment"] == "staging"
    assert "removed" not in metadata
    assert metadata["from the hook"] == 2


def test_json(metadata):
    assert metadata["from json"] == {"deep": [1, "two"]}


def test_file(metadata):
    assert metadata["from a file"] is True


@pytest.mark.parametrize("n", range(4))
def test_adds(metadata, n):
    metadata["added by a test"] = "all of them"
    assert "Plugins" in metadata
