"""``--max-memory SIZE``: workers that take more than their share give way (src/pool_memory.c)."""
import re

import pytest

OPTION = "--max-memory"
_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def add_options(parser):
    parser.getgroup("prun", "prun").addoption(
        OPTION,
        metavar="SIZE",
        help="Memory for all workers together, as 800M or 4G: with -n, a worker that has more than its share after a test "
        "ends, and a fresh one takes its place, or nobody if it had run next to nothing",
    )


def configure(config):
    limit(config.option)


def limit(option):
    """Bytes; 0: no limit.  Raises UsageError."""
    text = option.max_memory
    if text is None:
        return 0
    match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)([KMGT])", text, re.IGNORECASE)
    size = int(float(match[1]) * _UNITS[match[2].upper()]) if match else 0
    if not size:
        raise pytest.UsageError(f"{OPTION} must be a size, as 800M or 4G, not {text!r}")
    return size


def limit_of(option, mode):
    """Likewise, for a run in that --dist mode."""
    size = limit(option)
    if size and mode == "each":
        raise pytest.UsageError(f"{OPTION}: with --dist each no worker can do the work of another that takes too much")
    return size


def told(size, share, fewer):
    """What is said of a worker that gave way; sizes in bytes."""
    what = "there is one worker fewer now" if fewer else "a fresh one takes over"
    return f"it had {-(-size >> 20)} MiB, and its share of {OPTION} is {share >> 20} MiB; {what}"
