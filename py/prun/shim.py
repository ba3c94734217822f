"""``import xdist`` for suites and plugins, in a distributed run where pytest-xdist is not installed.

Plugins ask for xdist in three ways, and each must say the same: the module, the plugin's name, and the
distribution's metadata (pytest-rerunfailures reports no reruns in a worker without it).  In a run in one
process there is none of them, as under pytest.
"""
import importlib.machinery
import importlib.metadata
import importlib.util
import sys
import types

VERSION = "3.8.0"  # the release whose interface is followed

_DISTRIBUTED = frozenset(("--dist", "--tx", "-d"))
_DISTRIBUTED_WITH = ("-n", "--numproc", "--dist=", "--tx=")


def is_xdist_worker(request_or_session):
    """Does this process run tests for a controller?"""
    return hasattr(request_or_session.config, "workerinput")


def is_xdist_controller(request_or_session):
    """Is this the process that distributes tests to others?"""
    return not is_xdist_worker(request_or_session) and request_or_session.config.option.dist != "no"


is_xdist_master = is_xdist_controller


def get_xdist_worker_id(request_or_session):
    """Id of this worker ('gw0', …), or 'master'."""
    if is_xdist_worker(request_or_session):
        return request_or_session.config.workerinput["workerid"]
    return "master"


_API = {
    f.__name__: f for f in (is_xdist_worker, is_xdist_controller, get_xdist_worker_id)
}
_API["is_xdist_master"] = is_xdist_master


class _Distribution(importlib.metadata.Distribution):
    """Metadata of a pytest-xdist that has no files and no entry points."""

    def read_text(self, filename):
        if filename == "METADATA":
            return f"Metadata-Version: 2.1\nName: pytest-xdist\nVersion: {VERSION}\nSummary: stand-in of prun\n"
        return None

    def locate_file(self, path):
        return path


class _Finder(importlib.metadata.DistributionFinder):
    """Answers importlib.metadata for pytest-xdist by name, and for nothing else."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        return None

    def find_distributions(self, context=importlib.metadata.DistributionFinder.Context()):
        name = (context.name or "").lower().replace("_", "-")
        return [_Distribution()] if name == "pytest-xdist" else []


def _module(name, members, package=False):
    module = types.ModuleType(name, __doc__)
    module.__spec__ = importlib.machinery.ModuleSpec(name, None, origin="prun", is_package=package)
    module.__path__ = [] if package else None
    module.__dict__.update(members)
    sys.modules[name] = module
    return module


def wanted(args):
    """Do these arguments (addopts included) ask for workers, as far as can be said before they are parsed?"""
    return any(arg in _DISTRIBUTED or arg.startswith(_DISTRIBUTED_WITH) for arg in args if type(arg) is str)


def install():
    """Make xdist importable, unless it is installed.  Returns whether it now is the stand-in."""
    if importlib.util.find_spec("xdist") is not None:
        return "prun" == getattr(sys.modules.get("xdist"), "__stand_in__", None)
    from prun import newhooks, nodes, scheduler

    hooks = {name: value for name, value in vars(newhooks).items() if name.startswith("pytest_")}
    about = {"__version__": VERSION, "__all__": sorted(_API), "__stand_in__": "prun"}
    root = _module("xdist", {**_API, **about}, package=True)
    root.plugin = _module("xdist.plugin", _API)
    root.newhooks = _module("xdist.newhooks", hooks)
    root.scheduler = _module("xdist.scheduler", scheduler.CLASSES, package=True)
    root.remote = _module("xdist.remote", {"Producer": scheduler.Log})
    root.workermanage = _module("xdist.workermanage", {"WorkerController": nodes.Node})
    for name, cls in scheduler.CLASSES.items():
        short = name[: -len("Scheduling")].lower().replace("workstealing", "worksteal")
        setattr(root.scheduler, short, _module(f"xdist.scheduler.{short}", {name: cls}))
    sys.meta_path.append(_Finder())
    return True
