"""Where the threads of a worker are, for people: what faulthandler writes when the master asks (stacks.h)."""
import faulthandler
import re

import _prun

# Frames that lead to a test, and say nothing about it; a text, since compiling it took 0.4 ms of each run.
_INTERNAL = r'  File "(?:.*/(?:_pytest|pytest|pluggy|prun)/[^"]*|<(?:prun>/[^"]*|frozen runpy>))"'
_NONE = "Its stacks are not known: it did not answer the signal, as it blocks it or stands still in the kernel."


def answer():
    """In a worker: let the master ask."""
    signum, fd = _prun.stacks()
    # In the signal's own handler, which needs nothing of Python; then _prun's own handler says that this was all.
    faulthandler.register(signum, file=fd, all_threads=True, chain=True)


def _without_ends(block):
    """A thread without the frames at its far end that are pytest's own, unless there are no others."""
    head, *frames = block.splitlines()
    kept = len(frames)
    while kept and re.match(_INTERNAL, frames[kept - 1]):
        kept -= 1
    return "\n".join([head, *(frames[:kept] or frames)])


def shown(text):
    """text: of faulthandler, or None where it did not answer."""
    text = (text or "").rpartition("\f")[2]  # before that, what a process says that only waits for the test's
    if not text.strip():
        return _NONE
    return "\n\n".join(_without_ends(block) for block in text.strip().split("\n\n"))
