"""pytest plugin and library: what happened where, as JSON lists [worker, pid, word, ...] in $EVENTS.

    [.., "up"|"down", scope, name]      a fixture (noted by the suite's own fixtures)
    [.., "test", nodeid, next nodeid]   a test's protocol begins
    [.., "worker", environment, config.workerinput]

For prun and for xdist alike: a group that xdist appends to the node id is cut off.
"""
import json
import os
import re

import pytest


def note(*words):
    line = json.dumps([os.environ.get("PYTEST_XDIST_WORKER", "master"), os.getpid(), *words]) + "\n"
    fd = os.open(os.environ["EVENTS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(fd, line.encode())
    os.close(fd)


def plain(item):
    return item and re.sub(r"@[^\[\]@]*$", "", str(item.nodeid))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    note("test", plain(item), plain(nextitem))


def pytest_collection_finish(session):
    if not hasattr(session.config, "workerinput") and session.items:
        with open(os.environ["EVENTS"] + ".ids", "w", encoding="utf-8") as f:
            f.writelines(plain(item) + "\n" for item in session.items)
