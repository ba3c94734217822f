"""What can be seen of a run from outside: what became of its tests, and which processes it left.

For t/torture/run and t/soak/run.  The probe of --verify-dropin records the reports.
"""
import collections
import ctypes
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "py"))

from prun.verify import record  # noqa: E402

PRUN = os.environ.get("PRUN", os.path.join(TOP, "prun"))
PYTHON = os.environ.get("PRUN_TEST_PYTHON", sys.executable)
PROBE = os.path.join(TOP, "py", "prun", "verify", "probe")
OPTIONS = ["-p", "prun_verify_probe", "-p", "no:randomly"]


def environment(place, runner="prun"):
    """For a run with OPTIONS that writes below the folder `place`, whose tmp/ is that for temporary files."""
    env = {k: v for k, v in os.environ.items() if not re.match(r"PYTEST|PYTHONPATH$|CI$|COV", k)}
    orders = {
        "serial": runner == "serial",
        "xdist": runner == "xdist",
        "record": os.path.join(place, "record"),
        "junit": os.path.join(place, "junit.xml"),
        "select": None,
        "alone": False,
        "seed": 1,
        "user_seed": True,
        "pythonpath": None,
    }
    if runner == "xdist":
        env["PYTEST_PLUGINS"] = OPTIONS[1]
    env.update(
        PRUN_VERIFY_PROBE=json.dumps(orders),
        PYTHONPATH=PROBE,
        PYTHONDONTWRITEBYTECODE="1",
        TMPDIR=os.path.join(place, "tmp"),
        LC_ALL="C.UTF-8",
        COLUMNS="100",
    )
    return env


def load(place, status):
    return record.load("prun", os.path.join(place, "record"), returncode=status)


def last_words(path, most=1 << 20):
    with open(path, "rb") as f:
        f.seek(max(0, os.path.getsize(path) - most))
        return f.read().decode(errors="replace")


def litter(place):
    return [name for name in os.listdir(os.path.join(place, "tmp")) if not name.startswith("pytest-of")]


def remove(place):
    """Whatever tests have done to it."""
    subprocess.run(["chmod", "-R", "u+rwX", place], stderr=subprocess.DEVNULL)
    shutil.rmtree(place, ignore_errors=True)


# ---- processes that outlive their parents ----

PR_SET_CHILD_SUBREAPER = 36


def adopt():
    """From now on whoever outlives its parent, among our descendants, becomes our child.

    Nothing else finds them all: tests change their groups and sessions, and the titles that prun gives its
    workers stand where the kernel reads a process's environment.
    """
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _children():
    """Pids; those that have ended are waited for first."""
    with open("/proc/thread-self/children", encoding="ascii") as f:
        pids = [int(pid) for pid in f.read().split()]
    return [pid for pid in pids if os.waitpid(pid, os.WNOHANG)[0] != pid]


def _await_any(pids, seconds):
    """Wait until one of them has ended; False if none has."""
    poll = select.poll()
    fds = [os.pidfd_open(pid) for pid in pids]
    for fd in fds:
        poll.register(fd, select.POLLIN)
    ended = poll.poll(max(0, seconds) * 1000)
    for fd in fds:
        os.close(fd)
    return bool(ended)


def _command(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as f:
        return f.read().replace(b"\0", b" ").decode(errors="replace").strip()


def strays(grace):
    """[(pid, command)] of the processes that are left after `grace` seconds, now that all that we started have
    ended; when this returns they have ended too."""
    deadline = time.monotonic() + grace
    pids = _children()
    while pids and _await_any(pids, deadline - time.monotonic()):
        pids = _children()
    found = [(pid, _command(pid)) for pid in pids]
    while pids:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        _await_any(pids, 10)
        pids = _children()
    return found


# ---- what became of the tests ----


def sequences(recorded):
    """{(id, worker): [report, ...]}; under --dist each a test is one in every worker."""
    found = collections.defaultdict(list)
    for report in recorded.reports:
        worker = report["worker"] if recorded.dist == "each" else None
        found[report["id"], worker].append(report)
    return found


def outcomes(recorded):
    """{(id, worker): outcome}"""
    return {key: outcome(reports) for key, reports in sequences(recorded).items()}


def outcome(reports):
    """pytest's word, or "crashed" for a report that the master wrote."""
    crashes = [r for r in reports if "crashed while running" in r["text"] or r["when"] == "???"]
    # xdist has told of the set-up by then.
    if len(crashes) == 1 and all(r in crashes or r["when"] in ("setup", "teardown") for r in reports):
        return "crashed"
    return record.word([(r["when"], r["outcome"], r["xfail"]) for r in reports])


def once(reports):
    """Do the reports tell of one run of the test?"""
    if outcome(reports) == "crashed":
        return True
    phases = [r["when"] for r in reports]
    if phases.count("setup") > 1 or phases.count("teardown") > 1:
        return False
    calls = [r for r in reports if r["when"] == "call"]
    return len(calls) <= 1 or any("sub" in json.dumps(r).lower() for r in calls)
