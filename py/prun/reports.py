"""Reports on their way from a worker to the master: pytest's own serialisation, and what that loses."""
import functools
import io
import sys
import weakref

from _pytest._code.code import TerminalRepr
from _pytest._io import TerminalWriter


class Shown(TerminalRepr):
    """A longrepr of which pytest carries nothing but the text: a doctest's failure, a fixture that is not there.

    It is no string, which the short summary would quote, and it has the colours that it had.
    """

    def __init__(self, text, plain, coloured):
        self.text = text
        self.plain = plain
        self.coloured = coloured

    def __str__(self):
        return self.text

    def toterminal(self, tw):
        tw.write(self.coloured if tw.hasmarkup else self.plain)


def _rendered(longrepr, markup):
    tw = TerminalWriter(io.StringIO())
    tw.hasmarkup = markup
    longrepr.toterminal(tw)
    return tw._file.getvalue()


def dump(config, report):
    """In the worker: the report's event."""
    data = config.hook.pytest_report_to_serializable(config=config, report=report)
    if not isinstance(data, dict):
        return ["report", data]
    if "_subtest.context" in data:
        data["_subtest.context"]["kwargs"] = dict(report.context.kwargs)  # pytest-subtests makes tuples lists
    kept = _kept(report)
    if kept:
        data["$kept"] = kept
    longrepr = report.longrepr
    if isinstance(data.get("longrepr"), str) and hasattr(longrepr, "toterminal"):
        return ["shown", data, _rendered(longrepr, False), _rendered(longrepr, True)]
    return ["report", data]


def load(config, data, *rendered):
    """In the master: the report of such an event."""
    kept = data.pop("$kept", None) if isinstance(data, dict) else None
    report = config.hook.pytest_report_from_serializable(config=config, data=data)
    if kept:
        _keep(report, kept)
    if rendered:
        report.longrepr = Shown(report.longrepr, *rendered)
    _mend_subtest(report, data)
    return report


def _mend_subtest(report, data):
    """pytest 9 makes the parameters of a subtest repr() as soon as there is a context for them, and so once more
    where the context is made from JSON: ``n=2`` would be shown as ``n='2'`` (in xdist it is).
    """
    given = data.get("_subtest.context") if isinstance(data, dict) else None
    if given and report.context.kwargs != given["kwargs"]:
        object.__setattr__(report.context, "kwargs", given["kwargs"])  # it is frozen


# ---- what a plugin knows of a report and keeps elsewhere: pytest-bdd has the scenario's steps in such a table ----


@functools.lru_cache(maxsize=1)
def _tables(modules):
    """[(module's name, name, WeakKeyDictionary)] of those that are variables of modules; modules: how many there are"""
    return [
        (module, name, value)
        for module in list(sys.modules)
        for name, value in list(getattr(sys.modules[module], "__dict__", {}).items())
        if type(value) is weakref.WeakKeyDictionary
    ]


def _kept(report):
    """What such tables have of the report, pickled; None if nothing, as for nearly all."""
    if not weakref.getweakrefcount(report):
        return None
    import pickle

    try:
        entries = [(module, name, table[report]) for module, name, table in _tables(len(sys.modules)) if report in table]
        return pickle.dumps(entries) if entries else None
    except Exception:
        return None  # it cannot be carried


def _unpickle(data):
    """Takes classes of the packages that have such tables, and nothing else: a worker may write anything."""
    import pickle  # by the few runs that have any

    class Unpickler(pickle.Unpickler):
        def find_class(self, module, name):
            packages = {table.partition(".")[0] for table, _, _ in _tables(len(sys.modules))}
            found = getattr(sys.modules.get(module), name, None)
            if module.partition(".")[0] in packages and isinstance(found, type):
                return found
            raise pickle.UnpicklingError(f"{module}.{name}")

    return Unpickler(io.BytesIO(data)).load()


def _keep(report, kept):
    tables = {(module, name): table for module, name, table in _tables(len(sys.modules))}
    try:
        for module, name, value in _unpickle(kept):
            tables[module, name][report] = value
    except Exception:
        pass  # what a plugin adds to its own display; the report itself is whole
