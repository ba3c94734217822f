"""``--shard K/N``: one of N parts of the suite, for machines that share it.

Each machine divides for itself, so all must come to the same division, or a test runs nowhere and nobody notices.  It
is therefore made of what all of them have: the collected tests and, if it is given, a file of durations.  What this
machine remembers of earlier runs is not used unasked: each remembers its own part.
"""
import heapq
import re
import zlib
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from prun import choosing, history


def of(config, text, file):
    """The plugin; text: K/N, file: of durations, or None.  Raises UsageError."""
    match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    part, parts = map(int, match.groups()) if match else (0, 0)
    if not 1 <= part <= parts:
        raise pytest.UsageError(f"--shard must be K/N, with K from 1 to N, not {text!r}")
    known = None
    if file is not None:
        known = history.read(Path(config.invocation_params.dir, file))
        if not known:
            raise pytest.UsageError(f"--shard-durations {file}: there are no durations that prun has written")
    return Shard(part, parts, known)


def file_of(nodeid):
    return nodeid.partition("::")[0]


def divide(weights, parts):
    """{name: number of its part, from 0}: the heaviest first, each to the part that has least.

    weights: {name: what it weighs, an integer}.  The same whatever the order of the names.
    """
    heap = [(0, number) for number in range(parts)]
    found = {}
    for name in sorted(weights, key=lambda name: (-weights[name], name)):
        weight, number = heap[0]
        found[name] = number
        heapq.heapreplace(heap, (weight + weights[name], number))
    return found


class Shard(choosing.Chooser):
    def __init__(self, part, parts, known):
        self._part = part
        self._parts = parts
        self._known = known  # {node id: microseconds}, or None

    def _weights(self, ids):
        if not self._known:
            return Counter(map(file_of, ids))
        weights = defaultdict(int)
        found = [self._known.get(nodeid) for nodeid in ids]
        if found.count(None) < len(found):
            found = history.estimate(ids, found)
        for nodeid, microseconds in zip(ids, found):
            weights[file_of(nodeid)] += microseconds or 1
        return weights

    def choose(self, session, items):
        ids = sorted(str(item.nodeid) for item in items)
        place = divide(self._weights(ids), self._parts)
        mine = [item for item in items if place[file_of(str(item.nodeid))] == self._part - 1]
        # Of all parts, not of this one: machines that agree print the same.
        text = "\n".join(f"{place[file_of(nodeid)]} {nodeid}" for nodeid in ids)
        digest = zlib.crc32(text.encode(errors="backslashreplace"))
        files = list(place.values()).count(self._part - 1)
        self.line = (
            f"shard {self._part}/{self._parts}: {len(mine)} of {len(items)} tests, {files} of {len(place)} files; "
            f"division {digest:08x}"
        )
        return mine
