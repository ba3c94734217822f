"""Kills a worker twenty times in a run of 2,000 tests, driven by the reports that arrive in the master."""
import os
import random
import signal

import pytest

KILLS, EVERY = 20, 60  # the last is due well before the end, so that one whose worker was gone is made up for


def running(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class Killer:
    def __init__(self):
        self.random = random.Random(os.environ["SEED"])
        self.seen = 0
        self.killed = []
        self.pids = {}

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report):
        if not hasattr(report, "node"):
            return  # in a worker
        self.pids[report.node.gateway.id] = report.node.workerinfo["pid"]
        self.seen += report.when == "call"
        if len(self.killed) < min(KILLS, self.seen // EVERY):
            self.kill()

    def kill(self):
        living = [name for name, pid in self.pids.items() if name not in self.killed and running(pid)]
        for name in self.random.sample(living, min(1, len(living))):
            os.kill(self.pids[name], signal.SIGKILL)
            self.killed.append(name)

    def pytest_terminal_summary(self, terminalreporter):
        terminalreporter.write_line(f"killed {len(self.killed)}: {' '.join(self.killed)}")


def pytest_configure(config):
    config.pluginmanager.register(Killer(), "killer")
