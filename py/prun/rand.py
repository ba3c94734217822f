"""The state of random number generators across the fork.

A suite that calls random.seed(0) while it is imported gets the same numbers in a worker as in one
process.  A suite that does not must not get the same numbers in every worker.  CPython reseeds `random` in
each child; so what is to be told apart is a state that was set from one that was merely drawn from.
"""
import random
import sys

_BLOCK_BITS = 32 * 624  # one refill of the Mersenne Twister
_BLOCKS = 256  # how many refills by drawing are followed before a state counts as set

_at_start = random.getstate()
_restored = []  # in a worker: the argument of restore()


def _drawn_only(start, now):
    """Can `now` be reached from `start` by drawing (up to _BLOCKS refills)?"""
    walker = random.Random()
    walker.setstate(start)
    key = now[1][:-1]
    for _ in range(_BLOCKS):
        if walker.getstate()[1][:-1] == key:
            return True
        walker.getrandbits(_BLOCK_BITS)
    return False


def snapshot():
    """In the master, before the first fork: what :func:`restore` needs."""
    now = random.getstate()
    seeded = now != _at_start and not _drawn_only(_at_start, now)
    return now if seeded else None


def carried():
    """In a worker that forks children of its own: what restore() got here; in a master snapshot()."""
    return _restored[0] if _restored else snapshot()


def has_to_restore(state):
    """In a process whose children will restore() the same: would they change anything?"""
    return state is not None or "numpy.random" in sys.modules


def restore(state):
    """In a child: the explicit seed back, or fresh numbers; numpy's global generator likewise."""
    _restored[:] = [state]
    if state is not None:
        random.setstate(state)
        return  # numpy's state, seeded or not, came along as it was
    numpy = sys.modules.get("numpy")
    if numpy is not None and "numpy.random" in sys.modules:
        numpy.random.seed()
