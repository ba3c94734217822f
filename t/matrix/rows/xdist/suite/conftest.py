"""Implements every hook of xdist, and notes each call in hooks.jsonl: [where, what, facts]."""
import fcntl
import json
import os

import pytest

CONTROLLER = os.getpid()
WORD = "a word from the controller"
config_of_run = None
gate = None  # file whose lock the controller holds until the third worker is there: see test_crash.py


def note(where, what, **facts):
    fd = os.open("hooks.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(fd, json.dumps([where, what, facts]).encode() + b"\n")
    os.close(fd)


def hook(function):
    """There may be no xdist."""
    return pytest.hookimpl(optionalhook=True)(function)


def facts_of(node, ready=True):
    given = node.workerinput
    info = node.workerinfo if ready else {}
    return {
        "id": node.gateway.id,
        "popen": bool(node.gateway.spec.popen),
        "spec id": node.gateway.spec.id,
        "workerid": given["workerid"],
        "workercount": given["workercount"],
        "input": sorted(name for name in given if name in ("workerid", "workercount", "testrunuid", "mainargv", "word")),
        "info": {name: info.get(name) for name in ("id", "sysplatform", "cwd")},
        "bin": os.path.dirname(info.get("executable", "")),
        "version": list(info.get("version_info", ())[:3]),
        "node of the run": node.config is config_of_run,
        "shutting down": node.shutting_down,
    }


# ---- the controller's ----


@hook
def pytest_xdist_auto_num_workers(config):
    note("controller", "auto_num_workers", numprocesses=config.option.numprocesses)
    return int(os.environ.get("AUTO", 2))


@hook
def pytest_xdist_setupnodes(config, specs):
    note("controller", "setupnodes", specs=[[spec.id, bool(spec.popen)] for spec in specs])


@hook
def pytest_xdist_make_scheduler(config, log):
    note("controller", "make_scheduler", dist=config.getvalue("dist"))


@hook
def pytest_xdist_newgateway(gateway):
    note(gateway.id, "newgateway", spec=gateway.spec.id)


@hook
def pytest_configure_node(node):
    node.workerinput["word"] = WORD
    note(node.gateway.id, "configure_node", **facts_of(node, False))


@hook
def pytest_testnodeready(node):
    note(node.gateway.id, "testnodeready", **facts_of(node))


@hook
def pytest_xdist_node_collection_finished(node, ids):
    note(node.gateway.id, "node_collection_finished", ids=list(map(str, ids)), **facts_of(node))
    if gate and node.gateway.id == "gw2":
        fcntl.flock(gate, fcntl.LOCK_UN)


@hook
def pytest_testnodedown(node, error):
    left = getattr(node, "workeroutput", None)
    if left:
        # Who ran the test that fails?
        left = {"word": left["word"], "exitstatus": left["exitstatus"] in (0, 1)}
    note(node.gateway.id, "testnodedown", error=bool(error), left=left)


@hook
def pytest_handlecrashitem(crashitem, report, sched):
    note("controller", "handlecrashitem", item=crashitem, outcome=report.outcome, nodeid=str(report.nodeid), node=hasattr(report, "node"))


@hook
def pytest_xdist_getremotemodule():
    """prun loads nothing far away, so it does not ask what."""


@hook
def pytest_xdist_rsyncstart(source, gateways):
    note("controller", "rsyncstart")


@hook
def pytest_xdist_rsyncfinish(source, gateways):
    note("controller", "rsyncfinish")


seen = set()


def pytest_runtest_logreport(report):
    if os.getpid() != CONTROLLER or not hasattr(report, "node"):
        return
    note_processes(report.node.config)
    facts = {
        "worker": report.node.gateway.id == getattr(report, "worker_id", report.node.gateway.id),
        "names": [name for name in ("worker_id", "testrun_uid", "item_index") if hasattr(report, name)],
    }
    if report.when in ("setup", "call", "teardown") and not os.environ.get("CRASH") and json.dumps(facts) not in seen:
        seen.add(json.dumps(facts))
        note("reports", "facts", **facts)


def children_of_execnet():
    """How many processes that execnet started are this one's."""
    found = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as f:
                parent = int(f.read().rpartition(")")[2].split()[1])
            with open(f"/proc/{name}/cmdline") as f:
                found += parent == os.getpid() and "exec(eval(sys.stdin.readline()))" in f.read()
        except OSError:
            pass  # it has ended
    return found


def note_processes(config, facts={}):
    """Once, while there are workers."""
    if facts:
        return
    there = config.pluginmanager.getplugin("dsession")
    facts.update({"execnet": children_of_execnet(), "dsession": type(there).__module__.partition(".")[0]})
    with open("processes.json", "w") as f:
        json.dump(facts, f)


# ---- both ----


def pytest_configure(config):
    global config_of_run, gate
    config_of_run = config
    if hasattr(config, "workerinput"):
        note("in " + config.workerinput["workerid"], "configure", word=config.workerinput["word"], dist=config.getvalue("dist"))
    elif "CRASH" in os.environ:
        gate = open("gate", "w")
        fcntl.flock(gate, fcntl.LOCK_EX)


def pytest_sessionstart(session):
    if hasattr(session.config, "workerinput"):
        note("in " + session.config.workerinput["workerid"], "sessionstart")


def pytest_sessionfinish(session, exitstatus):
    if hasattr(session.config, "workerinput"):
        note("in " + session.config.workerinput["workerid"], "sessionfinish", exitstatus=int(exitstatus) in (0, 1))
        session.config.workeroutput["word"] = ["of", "a", "worker"]
    else:
        note("controller", "sessionfinish", exitstatus=int(exitstatus))
