"""What xdist's plugin does and offers, registered in its place where it is absent (its options: options.py)."""
import pytest

from prun import fixtures, options


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    option = config.option
    asked = option.numprocesses is not None or option.dist != "no" or option.distload or option.tx
    asked = asked or hasattr(config, "workerinput")
    options.normalise(config)
    # Without, `prun tests/` knows the fixtures that `pytest tests/` knows.
    if asked and not config.pluginmanager.is_registered(fixtures):
        config.pluginmanager.register(fixtures, "prun-fixtures")


def pytest_xdist_auto_num_workers(config):
    return options.auto_workers(config)


def pytest_configure(config):
    config.addinivalue_line(
        "markers",
        "xdist_group: specify group for tests should run in same session in relation to one another.",
    )
