import json

import pytest
from pytest_metadata.plugin import metadata_key


@pytest.hookimpl(optionalhook=True)
def pytest_metadata(metadata, config):
    metadata["from the hook"] = len(config.getoption("metadata"))
    metadata.pop("removed", None)


def pytest_sessionfinish(session):
    if hasattr(session.config, "workerinput"):
        return
    with open("metadata-at-end.json", "w") as f:
        json.dump(session.config.stash[metadata_key], f)
