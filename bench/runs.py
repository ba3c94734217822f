"""One run of a test runner: its environment, its time, how it ended."""
import atexit
import functools
import os
import platform
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent
CACHE = TREE / "build" / "bench"  # the suites, the peers


@dataclass
class Run:
    """wall, cpu: seconds, cpu of all processes that were waited for; exit: None when time ran out; out: what it
    wrote; ended: time.monotonic() then."""

    wall: float
    cpu: float
    exit: "int | None"
    out: str
    ended: float


@functools.cache
def _temporary():
    """The folder for what tests write: BENCH_TMPDIR, or one in memory, which is removed at the end.

    On disk a run pays for what earlier ones have removed: ext4 steps over each inode that was freed within the last
    minutes, so that all runners come to wait for the same thing.
    """
    if "BENCH_TMPDIR" in os.environ:
        return os.environ["BENCH_TMPDIR"]
    memory = "/dev/shm"
    folder = tempfile.mkdtemp(prefix="bench-", dir=memory if os.access(memory, os.W_OK) else None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def environment(python, **more):
    """The environment of every run: that of the virtual environment of `python`, and nothing inherited that
    would change how Python or pytest works."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST", "PRUN"))}
    env["VIRTUAL_ENV"] = str(python.parent.parent)
    env["PATH"] = f"{python.parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    env["TMPDIR"] = _temporary()
    env.update(more)
    return env


def python_of_prun():
    """The interpreter that prun was built with: it has pytest and pytest-xdist.  Else the one that runs this."""
    config = TREE / "config.mk"
    found = re.search(r"^PYTHON_FOUND = (.+)$", config.read_text(), re.M) if config.is_file() else None
    return Path(found[1] if found else sys.executable)


def _children_cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def start(command, folder, env, out):
    """Start `command` in a session of its own, which writes to `out` (a file, or subprocess.PIPE)."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _ends(process, timeout):
    """Wait until the process has ended, or for `timeout` seconds; Popen.wait() would look every 50 ms only."""
    fd = os.pidfd_open(process.pid)
    try:
        return bool(select.select([fd], [], [], timeout)[0])
    finally:
        os.close(fd)


def run(command, folder, env, timeout=None, watch=None):
    """Run `command` in `folder` to its end, or until `timeout` seconds are over and it is killed.

    watch(process) is called once it has started.
    """
    with tempfile.TemporaryFile() as out:
        cpu, began = _children_cpu(), time.perf_counter()
        process = start(command, folder, env, out)
        if watch:
            watch(process)
        try:
            status = process.wait() if _ends(process, timeout) else None
        except BaseException:
            kill(process)
            raise
        if status is None:
            kill(process)
        wall, cpu, ended = time.perf_counter() - began, _children_cpu() - cpu, time.monotonic()
        out.seek(0)
        return Run(wall, cpu, status, out.read().decode(errors="replace"), ended)


def kill(process):
    """Kill what start() started, and wait for it."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def end_on_sigterm():
    """Let SIGTERM end this program by way of its handlers, so that the run under way is killed too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def processors():
    """The processors that this process may use."""
    return os.sched_getaffinity(0)


def busy(seconds=1.0):
    """How much of the processors others use at the moment, from 0 to 1."""

    def times():
        numbers = [int(n) for n in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return sum(numbers), numbers[3] + numbers[4]  # idle and waiting for the disk

    (all_before, idle_before), _ = times(), time.sleep(seconds)
    all_after, idle_after = times()
    return 1 - (idle_after - idle_before) / max(1, all_after - all_before)


def machine(python):
    """One line about where something is measured.  python: the interpreter that the runners use."""
    script = "import platform, pytest; print(platform.python_version(), 'pytest', pytest.__version__)"
    asked = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)
    load = ", ".join(f"{load:.2f}" for load in os.getloadavg())
    return f"{platform.machine()}, {len(processors())} processors, Python {asked.stdout.strip()}; load average {load}"


def warn_if_busy(most=0.1):
    """Say so on stderr if others use more than `most` of the processors; returns how much they use."""
    share = busy()
    if share > most:
        print(f"warning: {share:.0%} of the processors are in use by others: times will be off", file=sys.stderr)
    return round(share, 3)


def progress(text=""):
    """Show what is under way, in one line that the next one replaces."""
    if sys.stderr.isatty():
        print(f"\r{text:60}\r", end="", file=sys.stderr, flush=True)
