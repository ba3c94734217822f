"""A plugin with an implementation of every hook there is: it writes down that it was called, and decides nothing."""
import inspect
import json
import os

import pytest
from _pytest import hookspec

ITEM = ("item", "pyfuncitem", "report", "node", "nodeid", "request")
# Of no item, or with arguments that some release has deprecated.
NOT = {"pytest_plugin_registered", "pytest_addhooks", "pytest_report_to_serializable", "pytest_report_from_serializable"}


def item_of(name, args):
    """The node id of what the call is about, "" if it is of the session."""
    if name in ("pytest_fixture_setup", "pytest_fixture_post_finalizer"):
        # The others belong to whichever item happens to be the first or the last that needs them.
        return args["request"].node.nodeid if args["fixturedef"].scope == "function" else ""
    if name in ("pytest_assertrepr_compare",):
        return os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0]
    if name == "pytest_runtestloop":
        return ""
    for word in ITEM:
        if word in args:
            return str(getattr(args[word], "nodeid", args[word]))
    return ""


def detail_of(args):
    found = []
    for word in ("call", "report"):
        if word in args:
            found.append(getattr(args[word], "when", None))
    if "report" in args:
        found.append(args["report"].outcome)
    if "fixturedef" in args:
        found += [args["fixturedef"].argname, args["fixturedef"].scope]
    if "nextitem" in args:
        return found  # another one wherever the items are distributed
    return found + [args[word] for word in ("when", "op", "lineno") if word in args]


def note(name, args):
    with open(f"hooks-{os.getpid()}", "a") as f:
        print(json.dumps([name[7:], item_of(name, args), detail_of(args)]), file=f)


def _collect():
    for name, spec in vars(hookspec).items():
        if not name.startswith("pytest_") or name in NOT:
            continue
        old = ("path", "startdir", "fspath", "pluginmanager") if name != "pytest_addoption" else ("pluginmanager",)
        names = [arg for arg in inspect.signature(spec).parameters if arg not in old]
        code = f"def {name}({', '.join(names)}): note({name!r}, dict({', '.join(f'{n}={n}' for n in names)}))"
        exec(code, globals())
        if name == "pytest_fixture_setup" or name == "pytest_runtest_protocol" or name == "pytest_pyfunc_call":
            globals()[name] = pytest.hookimpl(tryfirst=True)(globals()[name])


_collect()
