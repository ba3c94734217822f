"""``--changed`` and ``--shard``: some of the collected tests are deselected, and a line says how many are left."""
import pytest


def add_options(parser):
    group = parser.getgroup("prun", "prun")
    group.addoption(
        "--changed",
        metavar="REF",
        nargs="?",
        const="HEAD",
        help="Run tests only of files that differ from git's REF (default HEAD; untracked files differ), or that "
        "import such a file, directly or not",
    )
    group.addoption(
        "--shard",
        metavar="K/N",
        help="Run part K of N of the suite, in whole files: parts of about the same number of tests, or with "
        "--shard-durations of the same time. All machines must collect the same tests",
    )
    group.addoption(
        "--shard-durations",
        metavar="FILE",
        help="Divide by what tests took, as a durations.json of prun has it (it is in .pytest_cache/d/prun); the same "
        "file on all machines",
    )


def configure(config):
    """Raises UsageError."""
    option = config.option
    if option.changed is not None:
        from prun.choosing.changed import Changed

        config.pluginmanager.register(Changed(config, option.changed), "prun-changed")
    if option.shard is not None:
        from prun.choosing import shard

        config.pluginmanager.register(shard.of(config, option.shard, option.shard_durations), "prun-shard")
    elif option.shard_durations is not None:
        raise pytest.UsageError("--shard-durations says how to divide, but there is no --shard")


class Chooser:
    """A plugin that chooses when all others have chosen; one that is registered later chooses after it."""

    line = None  # what to say of the choice

    def choose(self, session, items):
        """The items that stay, in their order; sets self.line."""
        raise NotImplementedError

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, session, config, items):
        outcome = yield
        outcome.get_result()
        chosen = self.choose(session, items)
        stay = set(map(id, chosen))
        gone = [item for item in items if id(item) not in stay]
        if gone:
            items[:] = chosen
            config.hook.pytest_deselected(items=gone)
        recorder = config.pluginmanager.getplugin("prun-recorder")
        if recorder:  # a worker that collects for itself: the master has a terminal
            recorder.events.append(["line", self.line])

    def pytest_report_collectionfinish(self):
        return self.line
