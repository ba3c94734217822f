"""``--random-order``: tests in an order that a seed decides, with pytest-random-order's names.

Where that plugin is installed the names are its own, and nothing is done here.
"""
import random

import pytest

_FLAG = "--random-order"
_SEED = "--random-order-seed"
# Names of the levels, and what tells apart that which stays together.
_LEVELS = {
    "test": lambda item: "",
    "global": lambda item: "",
    "class": lambda item: item.nodeid.rpartition("::")[0],
    "module": lambda item: item.nodeid.partition("::")[0],
    "package": lambda item: item.nodeid.partition("::")[0].rpartition("/")[0],
}


def settle(args):
    """In place: a number after the flag is the seed."""
    for i, arg in enumerate(args):
        if arg.startswith(f"{_FLAG}="):
            args[i] = f"{_SEED}={arg.partition('=')[2]}"
        elif arg == _FLAG and args[i + 1 : i + 2] and args[i + 1].isdecimal():
            args[i : i + 2] = [f"{_SEED}={args[i + 1]}"]


def complete(parser, manager):
    groups = [parser._anonymous, *parser._groups]
    if any(_FLAG in option.names() for group in groups for option in group.options):
        return
    group = parser.getgroup("random-order", "tests in random order (prun)")
    group.addoption(
        _FLAG,
        action="store_true",
        dest="random_order",
        help="Run tests in random order; --random-order=SEED repeats one",
    )
    group.addoption(
        "--random-order-bucket",
        choices=sorted(_LEVELS),
        dest="random_order_bucket",
        help="What stays together (default: module): tests are shuffled in it, and these among each other; test and "
        "global: nothing does",
    )
    group.addoption(_SEED, metavar="SEED", dest="random_order_seed", help="The seed; the default is another each time")
    # Before anything forks: all processes that collect have the same.
    manager.register(_Ours(str(random.SystemRandom().randrange(1, 1_000_000))), "prun-random-order-options")


class _Ours:
    """Registered where the options are prun's."""

    def __init__(self, seed):
        self._seed = seed

    def pytest_configure(self, config):
        option = config.option
        config.addinivalue_line(
            "markers", "random_order(disabled=True): keep the order of the tests of this module or class."
        )
        if option.random_order or option.random_order_bucket or option.random_order_seed:
            option.random_order = True  # history.py asks whether an order was asked for
            seed = option.random_order_seed or self._seed
            config.pluginmanager.register(Shuffler(config, seed), "prun-random-order")


class Shuffler:
    """Shuffles what all others have chosen, each process that collects in the same way."""

    def __init__(self, config, seed):
        self._config = config
        self._seed = seed
        self._level = config.option.random_order_bucket or "module"

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items):
        outcome = yield
        outcome.get_result()
        buckets = {}
        for item in items:
            units = buckets.setdefault(_LEVELS[self._level](item), {})
            # Tests that keep their order are one unit, others one each.
            units.setdefault(item.parent.nodeid if self._is_fixed(item) else id(item), []).append(item)
        chance = random.Random(self._seed)
        order = [list(units.values()) for units in buckets.values()]
        for units in order:
            chance.shuffle(units)
        chance.shuffle(order)
        items[:] = [item for units in order for unit in units for item in unit]
        if self._config.getoption("failedfirst", False):
            failed = getattr(self._config.pluginmanager.getplugin("lfplugin"), "lastfailed", {})
            items.sort(key=lambda item: item.nodeid not in failed)

    @staticmethod
    def _is_fixed(item):
        mark = item.get_closest_marker("random_order")
        return mark is not None and mark.kwargs.get("disabled", False)

    def _said(self):
        return f"random order: seed {self._seed}, by {self._level}"

    def pytest_report_header(self):
        return self._said()

    def pytest_terminal_summary(self, terminalreporter):
        if terminalreporter.stats.get("failed") or terminalreporter.stats.get("error"):
            bucket = "" if self._level == "module" else f" --random-order-bucket={self._level}"
            terminalreporter.write_line(f"{self._said()}; to repeat it: --random-order={self._seed}{bucket}")
