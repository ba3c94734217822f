"""pytest plugin for prun: tells the options and plugins of its session, which ends before it has collected."""
import json

import pytest


def pytest_addoption(parser):
    parser.addoption("--told")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session):
    config = session.config
    names = [name for name, plugin in config.pluginmanager.list_name_plugin() if plugin]
    with open(config.option.told, "w") as file:
        json.dump({"option": vars(config.option), "plugins": names}, file, default=repr)
    pytest.exit("told", returncode=0)
