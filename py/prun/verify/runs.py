"""One run of one side in a process of its own, and the many small runs that explain a difference."""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from prun.verify import artefacts, cli, record

_PROBE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "probe")
_HOST = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "__main__.py")
# Inside prun, or hosted by the interpreter.
_ITSELF = [os.readlink("/proc/self/exe")] if "_prun" in sys.builtin_module_names else [sys.executable, _HOST]
_GRACE = 10  # seconds that an interrupted run gets for its teardown


class Stopped(BaseException):
    """SIGTERM or SIGHUP came."""

    def __init__(self, number):
        super().__init__(number)
        self.number = number


def _end(process, number):
    """Pass a signal on to the run, wait for its end, and kill what does not end."""
    try:
        os.killpg(process.pid, number)
        process.wait(_GRACE)
    except (ProcessLookupError, subprocess.TimeoutExpired, KeyboardInterrupt, Stopped):
        pass
    _kill(process)


def _kill(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


class Lab:
    """Runs the suite, or some tests of it, under serial pytest or prun."""

    def __init__(self, args, say):
        self.args = args
        self.say = say
        self.folder = tempfile.mkdtemp(prefix="prun-verify-")
        self.workers = []  # what is put behind `args` for prun
        self.limit = None  # seconds after which a run counts as hung
        self.seed = random.SystemRandom().randrange(1, 2**31)
        self.latest = None  # the record of the last run, also of one that was broken off
        self.number = 0

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- commands ----

    def command(self, side, more=(), one_worker=False):
        """What a user would type."""
        if side == "serial":
            return [sys.executable, "-m", "pytest", *cli.appended(cli.without_workers(self.args), more)]
        args = cli.without_workers(self.args) if one_worker else self.args
        workers = ["-n", "1"] if one_worker else self.workers
        return ["prun", *cli.appended(args, [*workers, *more])]

    def _orders(self, side, select, alone):
        place = self._place()
        return {
            "serial": side == "serial",
            "record": place + ".jsonl",
            "junit": place + ".xml",
            "select": select,
            "alone": alone,
            "seed": self.seed,
            "user_seed": any(a.startswith("--random-order-seed") for a in self.args),
            "pythonpath": os.environ.get("PYTHONPATH"),
        }

    def _place(self):
        return os.path.join(self.folder, str(self.number))

    def _environment(self, orders):
        env = dict(os.environ)
        env["PRUN_VERIFY_PROBE"] = json.dumps(orders)
        env["PYTHONPATH"] = os.pathsep.join(filter(None, (_PROBE, env.get("PYTHONPATH"))))
        if cli.wants_coverage(self.args):
            env["COVERAGE_FILE"] = self._place() + ".coverage"
        return env

    # ---- runs ----

    def run(self, side, select=None, alone=False, more=(), one_worker=False, limit=None):
        """A record of one run.  select: the ids to run, in this order; alone: collect only the file of the one."""
        self.number += 1
        orders = self._orders(side, select, alone)
        shown = self.command(side, more, one_worker)
        own = ["-p", "prun_verify_probe", "-o", f"cache_dir={self._place()}.cache"]
        command = self.command(side, [*more, *own], one_worker)
        if side == "prun":
            command[:1] = _ITSELF
        begun = time.monotonic()
        facts = {"command": shown, "hung": False, "returncode": None}
        try:
            facts.update(self._spawn(command, self._environment(orders), limit or self.limit))
        finally:
            facts["seconds"] = time.monotonic() - begun
            self.latest = record.load(side, orders["record"], **facts)
        self.latest.junit = artefacts.junit(orders["junit"])
        return self.latest

    def _spawn(self, command, env, limit):
        # A group of its own: Ctrl-C at the terminal reaches this process alone, which passes it on once.
        with open(self._place() + ".out", "wb") as out:
            process = subprocess.Popen(
                command,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                preexec_fn=os.setpgrp,
            )
            try:
                process.wait(limit)
            except subprocess.TimeoutExpired:
                _kill(process)
                return {"returncode": process.returncode, "hung": True}
            except KeyboardInterrupt:
                _end(process, signal.SIGINT)
                raise
            except Stopped as e:
                _end(process, e.number)
                raise
        return {"returncode": process.returncode}

    def output(self, lines=15):
        """The end of what the last run printed."""
        with open(self._place() + ".out", encoding="utf-8", errors="replace") as f:
            return f.read().splitlines()[-lines:]

    def coverage(self):
        """Of the last run, as data; None if there is none."""
        data, result = self._place() + ".coverage", self._place() + ".coverage.json"
        command = [sys.executable, "-m", "coverage", "json", "-q", "-i", f"--data-file={data}", "-o", result]
        config = cli.coverage_config(self.args)
        if config:
            command.append(f"--rcfile={config}")
        # fail_under of the configuration would make this fail, after the file is written.
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return artefacts.coverage(result)

    # ---- what explain asks for ----

    def alone(self, side, test, more=()):
        """The test in a process that collects and runs nothing else."""
        return self.run(side, select=[test], alone=True, more=more, one_worker=True)

    def ordered(self, side, tests, more=()):
        """These tests in this order, in one process or one worker."""
        return self.run(side, select=list(tests), more=more, one_worker=True)

    def collected(self, side, more=()):
        return self.run(side, more=["--collect-only", *more])
