"""Items as the core's table has them, and stand-ins for items that only workers have."""
import inspect
import time

import pytest
from _pytest.reports import TestReport

try:
    from _pytest.nodeid import NodeId
except ImportError:  # before pytest 9.2 a node id is a str
    NodeId = None

_HAS_TIMES = "start" in inspect.signature(TestReport.__init__).parameters
_names_key = pytest.StashKey()


def marker_names(session):
    """Names of all markers that the session's items have; found once."""
    stash = session.config.stash
    if _names_key not in stash:
        parents = {id(item.parent): item.parent for item in session.items}
        nodes = {id(node): node for parent in parents.values() for node in parent.listchain()}
        stash[_names_key] = frozenset(
            mark.name for node in (*nodes.values(), *session.items) for mark in node.own_markers
        )
    return stash[_names_key]


def group(item):
    """Name of the item's xdist_group, or None; several marks make one group, as in xdist."""
    if isinstance(item, StandIn):
        return item.group
    names = {
        str(mark.args[0] if mark.args else mark.kwargs.get("name", "default"))
        for mark in item.iter_markers("xdist_group")
    }
    return "_".join(sorted(names)) or None


def c_string(text):
    """For the core's table: UTF-8 without NUL, which C would take for the end."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace")


def c_strings(texts):
    """c_string() of each of a list."""
    joined = "\0".join(texts)
    if len(texts) < 2 or joined.count("\0") != len(texts) - 1:
        return [c_string(text) for text in texts]
    return joined.encode("utf-8", "backslashreplace").split(b"\0")


def report_id(item):
    """What a TestReport wants for its node id."""
    return item.id if NodeId else item.nodeid


def crash_report(item, words, when, began, written):
    """The report of an item whose process is gone.

    began: seconds since 1970; written: (title, text) of what it wrote.
    """
    stop = time.time()
    times = {"start": began, "stop": stop} if _HAS_TIMES else {}
    sections = [(title, text) for title, text in written if text.strip()]
    keywords = dict.fromkeys(item.keywords, 1)
    seconds = max(stop - began, 0.0)
    return TestReport(
        report_id(item), item.location, keywords, "failed", words, when, sections, duration=seconds, **times
    )


class StandIn:
    """An item that was collected in a worker, as far as reporters ask."""

    def __init__(self, nodeid, location, keywords, group, asks=None, limit=0.0):
        self.nodeid = nodeid
        self.id = NodeId.parse(nodeid) if NodeId else nodeid
        self.location = location
        self.keywords = dict.fromkeys(keywords, 1)
        self.group = group
        self.asks = asks  # needs.asks()
        self.limit = limit  # seconds, 0: none

    @staticmethod
    def pack(item, limit):
        """The arguments for StandIn(), as plain values."""
        from prun import needs

        keywords = [str(k) for k in item.keywords]
        return str(item.nodeid), tuple(item.location), keywords, group(item), needs.asks(item), limit

    @property
    def name(self):
        return self.nodeid.rpartition("::")[2]

    def __repr__(self):
        return f"<StandIn {self.nodeid}>"
