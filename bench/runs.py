"""One run of a test runner: its environment, its time, how it ended."""
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass


@dataclass
class Run:
    """wall, cpu: seconds, cpu of all processes; exit: None when time ran out; out: what it wrote."""

    wall: float
    cpu: float
    exit: "int | None"
    out: str


def environment(python, **more):
    """The environment of every run: that of the virtual environment of `python`, and nothing inherited that
    would change how Python or pytest works."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST", "PRUN"))}
    env["VIRTUAL_ENV"] = str(python.parent.parent)
    env["PATH"] = f"{python.parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    env.update(more)
    return env


def _children_cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(command, folder, env, timeout=None):
    """Run `command` in `folder` to its end, or until `timeout` seconds are over and it is killed."""
    with tempfile.TemporaryFile() as out:
        cpu, began = _children_cpu(), time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            status = None
        except BaseException:
            _kill(process)
            raise
        if status is None:
            _kill(process)
        wall, cpu = time.perf_counter() - began, _children_cpu() - cpu
        out.seek(0)
        return Run(wall, cpu, status, out.read().decode(errors="replace"))


def _kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def end_on_sigterm():
    """Let SIGTERM end this program by way of its handlers, so that the run under way is killed too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def processors():
    """The processors that this process may use."""
    return os.sched_getaffinity(0)
