"""What plugins see of a worker in the master: the part of xdist's WorkerController that they use."""
import os
import platform
import sys


class Gateway:
    """execnet's gateway, as far as a forked process has one."""

    def __init__(self, name, node):
        self.id = name
        self.spec = Spec(name)
        self._node = node

    def _rinfo(self, update=False):
        return RInfo(self._node.workerinfo)

    def __repr__(self):
        return f"<Gateway id={self.id!r}>"


class Spec:
    """execnet's XSpec of a local process."""

    popen = True
    via = None
    chdir = None

    def __init__(self, name):
        self.id = name
        self.env = {}

    def __str__(self):
        return f"popen//id={self.id}"


class NodeManager:
    """What there is of xdist's: the specifications of all workers, and no folders to copy."""

    def __init__(self, specs):
        self.specs = specs
        self.roots = []


class RInfo:
    """Where and as what a worker runs."""

    def __init__(self, info):
        self.__dict__.update(info)
        self.pid = info["pid"]


class Node:
    """One worker, in the master: `report.node`, and the argument of pytest_configure_node and its like.

    workerinput: dict, filled before the fork; workeroutput: dict, what the worker left at its end: there is no
    such attribute before, nor after a crash, as in xdist.
    """

    def __init__(self, number, plan, config, manager):
        name = f"gw{number}"
        self.nodemanager = manager
        self.config = config
        self.gateway = Gateway(name, self)
        self.workerinput = {
            "workerid": name,
            "workercount": plan.workers,
            "testrunuid": plan.testrunuid,
            "mainargv": list(sys.argv),
        }
        self.shutting_down = False
        self.workerinfo = {
            "id": name,
            "spec": self.gateway.spec,
            "version": tuple(sys.version_info),
            "version_info": tuple(sys.version_info),
            "sysplatform": sys.platform,
            "platform": platform.platform(),
            "executable": sys.executable,
            "cwd": os.getcwd(),
            "pid": None,
        }

    def __repr__(self):
        return f"<Node {self.gateway.id}>"
