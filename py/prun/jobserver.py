"""Slots of the make that runs prun: never more workers than make grants (jobserver.h, GNU make's manual).

make names its jobserver in MAKEFLAGS.  It hands it on to recipes' lines that begin with ``+``, and to those that mention
$(MAKE).
"""
import atexit
import os
import re

import _prun

_state = None  # None: not looked yet

ABSENT = "make's job slots are out of reach: begin the recipe's line with + to share them"


def state():
    """"none", "open" or "absent": make has a jobserver, but not for us."""
    global _state
    if _state is None:
        _state = _prun.jobserver(os.environ.get("MAKEFLAGS"))
    return _state


def most():
    """How many make may grant at once; 0 where there is no jobserver."""
    if state() != "open":
        return 0
    number = re.search(r"(?:^|\s)-j(\d+)(?:\s|$)", os.environ["MAKEFLAGS"].split(" -- ")[0])
    return int(number.group(1)) if number else os.cpu_count() or 1


def take(number):
    """At most so many slots, our own included, and held until the end: for workers that are all started at once."""
    if state() != "open":
        return number
    atexit.register(_prun.close_jobserver)
    taken = 1
    while taken < number and _prun.take_slot():
        taken += 1
    return taken
