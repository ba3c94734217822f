"""A plugin for pytest in prun: all calls of hooks are prun's, also those of pluggy's own tests."""
from prun.fast import hooks

hooks.install_everywhere()


def pytest_report_header():
    return "prun calls all hooks"
