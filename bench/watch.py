"""What a run costs besides its time: memory, the wait for the first result, for the end after a failure, the
time that scheduling lost.  Each is a run of its own: looking on takes processor time."""
import json
import os
import re
import statistics
import subprocess
import threading
import time
from pathlib import Path

import runs

PLUGINS = runs.TREE / "bench" / "plugins"
_PERIOD = 0.02  # seconds between two looks at the memory
_FIRST = re.compile(rb"(?m)^[.FEsxX]")  # a line of pytest's dots has begun


def _parents():
    """{pid: (parent, session)} of all processes."""
    found = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name before the last bracket may contain anything.
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(file.parent.name)] = int(fields[1]), int(fields[3])
    return found


def _of_run(root):
    """The processes of the run that `root` began: its session, and descendants that left that."""
    known = _parents()
    members = {pid for pid, (_, session) in known.items() if session == root}
    while True:
        more = {pid for pid, (parent, _) in known.items() if parent in members} - members
        if not more:
            return members
        members |= more


def _rollup(pid):
    """(PSS, private dirty) of a process in bytes; zeros of one that has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0, 0
    sizes = dict(re.findall(r"^(\w+): +(\d+) kB$", text, re.M))
    return 1024 * int(sizes.get("Pss", 0)), 1024 * int(sizes.get("Private_Dirty", 0))


class Memory:
    """Looks at a run until it ends; pss, dirty: bytes, sums over its processes, each at its own peak."""

    def __init__(self):
        self.pss = self.dirty = 0
        self._thread = None

    def __call__(self, process):
        self._thread = threading.Thread(target=self._look, args=(process.pid,), daemon=True)
        self._thread.start()

    def _look(self, root):
        while members := _of_run(root):
            sizes = [_rollup(pid) for pid in members]
            self.pss = max(self.pss, sum(pss for pss, _ in sizes))
            self.dirty = max(self.dirty, sum(dirty for _, dirty in sizes))
            time.sleep(_PERIOD)

    def done(self):
        self._thread.join()


def _memory_once(runner, folder, timeout):
    runner.prepare(folder)
    memory = Memory()
    runs.run(runner.command, folder, runner.environment(), timeout, watch=memory)
    runner.end()
    memory.done()
    return memory.pss, memory.dirty


def memory(runner, folder, rounds=3, timeout=300):
    """(PSS, private dirty) in bytes at the peak: medians of `rounds` runs."""
    seen = [_memory_once(runner, folder, timeout) for _ in range(rounds)]
    return tuple(statistics.median(sizes) for sizes in zip(*seen))


def first_result(runner, folder):
    """Seconds until the first dot is shown, or None: this runner shows none."""
    runner.prepare(folder)
    began, seen, first = time.perf_counter(), b"", None
    process = runs.start(runner.command, folder, runner.environment(), subprocess.PIPE)
    try:
        while block := os.read(process.stdout.fileno(), 65536):
            seen += block if first is None else b""
            if first is None and _FIRST.search(seen):
                first = time.perf_counter() - began
        process.wait()
    except BaseException:
        runs.kill(process)
        raise
    finally:
        process.stdout.close()
        runner.end()
    return first


def exit_latency(runner, folder, timeout=300):
    """Seconds from the failure in suite SL until a run with -x has ended, or None: it has no such option."""
    if not runner.exitfirst:
        return None
    runner.prepare(folder)
    failed = folder / "failed.txt"
    failed.unlink(missing_ok=True)
    run = runs.run([*runner.command, runner.exitfirst], folder, runner.environment(), timeout)
    runner.end()
    # pytest-xdist ends with 2, interrupted.
    return run.ended - float(failed.read_text()) if run.exit in (1, 2) and failed.is_file() else None


def lost(runner, folder, workers, timeout=300):
    """From the first test's begin to the last one's end, over max(longest test, all tests / workers); or None.

    1.0 is what no scheduler can better.  A test is as long as its three phases.  For runners that host pytest.
    """
    spans = folder / "spans.json"
    spans.unlink(missing_ok=True)
    runner.more.update(PYTHONPATH=str(PLUGINS), BENCH_SPANS=str(spans))
    run = runs.run([*runner.command, "-p", "spans"], folder, runner.environment(), timeout)
    runner.more.clear()
    if run.exit not in (0, 1) or not spans.is_file():
        return None
    tests = list(json.loads(spans.read_text()).values())
    lengths = [end - begin for begin, end in tests]
    makespan = max(end for _, end in tests) - min(begin for begin, _ in tests)
    return makespan / max(max(lengths), sum(lengths) / workers)
