"""What plugins see of a worker in the master: the part of xdist's WorkerController that they use."""
import os
import sys


class Gateway:
    """execnet's gateway, as far as a forked process has one."""

    def __init__(self, spec, node):
        self.id = spec.id
        self.spec = spec
        self._node = node

    def _rinfo(self, update=False):
        return RInfo(self._node.workerinfo)

    def __repr__(self):
        return f"<Gateway id={self.id!r}>"


class Spec:
    """execnet's XSpec of a local process: what --tx says, and what pytest_xdist_setupnodes makes of it.

    env and nice hold for the worker; an attribute that was not given is None.
    """

    def __init__(self, text, name):
        self._text = text
        self.env = {}
        for word in text.split("//"):
            key, given, value = word.partition("=")
            if key.startswith("env:"):
                self.env[key[4:]] = value
            else:
                setattr(self, key, value if given else True)
        self.id = name

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return None

    def __str__(self):
        return self._text

    def again(self, name):
        """The same for the worker that replaces this one's."""
        other = Spec(self._text, name)
        other.__dict__.update(self.__dict__, id=name, env=dict(self.env))
        return other


class _Info(dict):
    """What is known of a worker.  Its "platform" is found out when somebody looks: it takes a process of its own."""

    def _fill(self):
        if not dict.__contains__(self, "platform"):
            import platform

            self["platform"] = platform.platform()

    def __missing__(self, key):
        if key != "platform":
            raise KeyError(key)
        self._fill()
        return self["platform"]


def _looking(name):
    original = getattr(dict, name)

    def look(self, *args):
        self._fill()
        return original(self, *args)

    return look


for _name in (
    "__contains__", "__eq__", "__iter__", "__len__", "__ne__", "__or__", "__repr__", "copy", "get", "items", "keys",
    "values",
):
    if hasattr(dict, _name):  # no __or__ in Python 3.8
        setattr(_Info, _name, _looking(_name))



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

    def __init__(self, spec, plan, config, manager):
        name = spec.id
        self.nodemanager = manager
        self.config = config
        self.gateway = Gateway(spec, self)
        self.workerinput = {
            "workerid": name,
            "workercount": len(plan.specs),
            "testrunuid": plan.testrunuid,
            "mainargv": list(sys.argv),
        }
        self.shutting_down = False
        self.workerinfo = _Info({
            "id": name,
            "spec": spec,
            "version": tuple(sys.version_info),
            "version_info": tuple(sys.version_info),
            "sysplatform": sys.platform,
            "executable": sys.executable,
            "cwd": os.getcwd(),
            "pid": None,
        })

    def __repr__(self):
        return f"<Node {self.gateway.id}>"
