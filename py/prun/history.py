"""How long each test took in earlier runs: a file in pytest's cache, of which man prun-history(5) tells."""
import fcntl
import json
import os
import warnings
from array import array
from collections import defaultdict
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest

from prun.fast import replay

VERSION = 1
LIMIT = 200_000  # tests; of those that were not seen for longest the file forgets what is above
_ORDERS = ("failedfirst", "newfirst", "stepwise", "random_order")  # options that ask for one
_LONGEST = 10**12  # microseconds that a test can have taken


def _median(values):
    return sorted(values)[(len(values) - 1) // 2]


def _file(nodeid):
    return nodeid.partition("::")[0]


def estimate(ids, known):
    """What each is expected to take: what is known of it (None: nothing), else the median of its file, else of all."""
    files = defaultdict(list)
    for nodeid, value in zip(ids, known):
        if value is not None:
            files[_file(nodeid)].append(value)
    medians = {file: _median(values) for file, values in files.items()}
    usual = _median([value for value in known if value is not None])
    return [medians.get(_file(i), usual) if value is None else value for i, value in zip(ids, known)]


def _folder(config):
    """Where the file is, without making the folder: a pytest below 8 puts no .gitignore into a cache that is there."""
    cache = getattr(config, "cache", None)  # none with -p no:cacheprovider
    return cache and Path(cache._cachedir, "d", "prun")


def _is_sound(known):
    if type(known) is not dict or not known:
        return False
    values = known.values()
    return set(map(type, values)) == {int} and min(values) >= 0 and max(values) <= _LONGEST


def read(path):
    """{node id: microseconds}, those seen last at the end; empty where the file is absent or makes no sense."""
    try:
        data = json.loads(path.read_bytes())
        known = data["microseconds"] if data["version"] == VERSION else {}
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return {}
    return known if _is_sound(known) else {}


def merge(known, seen):
    """What is written: seen tests last, each the mean of what it was and what it is, so that older runs fade."""
    merged = {nodeid: value for nodeid, value in known.items() if nodeid not in seen}
    merged.update({nodeid: (known.get(nodeid, value) + value) // 2 for nodeid, value in seen.items()})
    if len(merged) <= LIMIT:
        return merged
    return dict(islice(merged.items(), len(merged) - LIMIT, None))


@contextmanager
def _locked(folder):
    """No other run merges meanwhile; where the file system has no locks the last one wins."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
        except OSError:
            pass
        yield
    finally:
        os.close(fd)


def write(path, known):
    _replace(path, {"version": VERSION, "microseconds": known})


def _replace(path, document):
    """Write the file, whole or not at all.  Raises OSError."""
    temporary = path.with_suffix(f".{os.getpid()}")
    try:
        temporary.write_text(json.dumps(document, separators=(",", ":")), encoding="ascii")
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


class Seen(NamedTuple):
    """Of one run; seconds."""

    took: dict  # {item: without what its set-up did for those after it}
    # {worker: [tests, set-ups, rest, what of the largest set-up was more than usual, which may be the session's, and
    # what of others was for a file of which another worker has the beginning]}
    lanes: dict
    repeated: list  # (item, what was more than usual), of each worker's largest set-up


class History:
    """Of one run: what to expect, and what was seen.  A plugin of the master's, which writes when the session ends."""

    def __init__(self, config, ids):
        """ids: node ids of the run's items, in their order."""
        self._option = getattr(config, "option", None)
        self._folder = _folder(config)
        self._ids = ids
        self._notes = []
        self.lastrun = None  # doctor.lastrun.LastRun

    @property
    def path(self):
        return self._folder / "durations.json"

    def expected(self):
        """Seconds of each item, an array of doubles; None if nothing is known of any, or their order was asked for."""
        ordered = any(getattr(self._option, name, False) for name in _ORDERS)
        known = read(self.path) if self._folder and not ordered else {}
        found = list(map(known.get, self._ids))
        unknown = found.count(None)
        if unknown == len(found):
            return None
        if unknown:
            found = estimate(self._ids, found)
        return array("d", [value * 1e-6 for value in found])

    def note(self, worker, index, setup, rest):
        """A worker has ended the item: seconds of its set-up, of call and teardown.  In the order of each worker."""
        self._notes.append((worker, index, setup, rest))

    def note_passes(self, passes):
        """Likewise of many; passes: as replay.unpack() has them."""
        if self._folder:
            self._notes += passes

    def _times(self):
        """(worker, index, setup, rest) of each note."""
        for worker, index, *took in self._notes:
            if type(took[0]) is bytes:
                times = replay.unpack_times(took[0])
                took = times[0], times[3] + times[6]
            yield (worker, index, *took)

    def seen(self):
        """Seen, of which `took` is without what a test's set-up did for those after it.

        Whichever test comes first on a worker sets up what the whole session shares, and if it is in the middle of
        its file, as another worker has the beginning, what the file shares.  Such a set-up is taken for no longer
        than is usual in its file, or in all.  What the first test of a file sets up belongs to that file.
        """
        files = self.files
        first = dict(zip(reversed(files), range(len(files) - 1, -1, -1)))
        last, setups, shared, largest, seen = {}, defaultdict(list), [], {}, Seen({}, {}, [])
        took, lanes = seen.took, seen.lanes
        for worker, index, setup, rest in self._times():
            file = files[index]
            before = last.get(worker)
            last[worker] = file
            took[index] = setup + rest
            if before is None:
                lanes[worker] = [0, 0.0, 0.0, 0.0, 0.0]
            lane = lanes[worker]
            lane[0] += 1
            lane[1] += setup
            lane[2] += rest
            if setup > lane[3] and (before is None or first[file] != index):
                lane[3] = setup
                largest[worker] = index
            if before == file or (before and first[file] == index):
                setups[file].append(setup)
            else:
                shared.append((worker, index, setup, rest))
        everywhere = [setup for values in setups.values() for setup in values]
        for worker, index, setup, rest in shared:
            usual = setups.get(files[index]) or everywhere
            if usual:
                own = min(setup, _median(usual))
                took[index] = own + rest
                if largest.get(worker) != index:
                    lanes[worker][4] += setup - own
        for worker, index in largest.items():
            usual = setups.get(files[index]) or everywhere or [lanes[worker][3]]
            lanes[worker][3] = max(0.0, lanes[worker][3] - _median(usual))
            seen.repeated.append((index, lanes[worker][3]))
        return seen

    @cached_property
    def files(self):
        """Of each item."""
        return list(map(_file, self._ids))

    def _microseconds(self, took):
        """{node id: microseconds}"""
        return {self._ids[index]: int(s * 1e6) for index, s in took.items() if 0 <= s <= _LONGEST * 1e-6}

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self):
        """After pytest's own cache, which makes the folder with all that belongs there."""
        if not self._folder or not self._notes:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            seen = self.seen()
            with _locked(self._folder):
                write(self.path, merge(read(self.path), self._microseconds(seen.took)))
                if self.lastrun and self.lastrun.is_over:
                    _replace(self._folder / "last.json", self.lastrun.document(self._ids, self.files, seen))
        except OSError as e:
            cache = self._folder.parents[1]
            if not cache.is_dir() or not os.access(cache, os.W_OK):
                return  # pytest has said so of the whole cache
            warnings.warn(pytest.PytestCacheWarning(f"could not write cache path {self.path}: {e}"), stacklevel=2)
