"""Short cut "capture": capsys's streams are put up and taken down in C (src/capture.c).

They are for each phase of a test that has capsys: three times a CaptureFixture makes two CaptureIO, two SysCapture
and a MultiCapture, and ends them.  C makes and ends the same objects, of the same classes, with the same attributes in
the same order; a CaptureIO is initialised by its own base class.  Two things are left out: where nothing is in a
stream, it is not rewound and truncated before it is closed, after which nobody can tell; and one that nobody else can
reach, and that is as it was made, is not closed but given out again in the place of a new one.

When: _why_not(); each time also: nothing of _STARTS or _ENDS was exchanged; the fixture, what it captures with and the
streams are of pytest's own classes, hold their own attributes and no others, and are in the state that pytest left
them in; nobody else holds a stream's buffer; at the end there is nothing in the streams.  All else, output that is
still there among it, goes to pytest's own functions from the beginning.  Seen all the same: by who traces calls.
"""
import gc
import io
import weakref

import _prun
from _pytest import capture as own

from prun import fast
from prun.fast import intact

_STARTS = [
    *((own, name) for name in ("CaptureIO", "MultiCapture", "io", "patchsysdict", "sys")), (io, "BytesIO"),
    *((own.MultiCapture, name) for name in ("__init__", "start_capturing")), (own.CaptureIO, "__init__"),
    *((own.SysCapture, name) for name in ("__init__", "_assert_state", "start")),
]  # fmt: skip
_ENDS = [
    *((own, name) for name in ("CaptureIO", "CaptureResult", "io", "sys")), (io, "BytesIO"),
    *((own.CaptureIO, name) for name in ("getvalue", "seek", "truncate", "close", "buffer")),
    *((own.MultiCapture, name) for name in ("pop_outerr_to_orig", "readouterr", "stop_capturing")),
    *((own.SysCapture, name) for name in ("_assert_state", "done", "snap")),
]  # fmt: skip
_METHODS = [(own.CaptureFixture, "_start"), (own.CaptureFixture, "close")]
_WERE = [(owner, name, getattr(owner, name)) for owner, name in _STARTS + _ENDS + _METHODS]


class Host:
    """What the core needs for it; the attributes are those of CAPTURE_EACH_GIVEN."""

    fixture_type, multi_type, capture_type = own.CaptureFixture, own.MultiCapture, own.SysCapture
    stream_type, buffer_type, decoder_type = own.CaptureIO, io.BytesIO, io.IncrementalNewlineDecoder
    chunk, count_weak, referents = own.CaptureIO()._CHUNK_SIZE, weakref.getweakrefcount, gc.get_referents
    stream_words = ("UTF-8", None, "", False, True)  # what CaptureIO.__init__() says, in the order of its base class

    def __init__(self):
        self.new, self.init = io.TextIOWrapper.__new__, io.TextIOWrapper.__init__
        self.own_start, self.own_close = own.CaptureFixture._start, own.CaptureFixture.close
        self.starts, self.ends = intact.watch(_STARTS), intact.watch(_ENDS)


def _why_not():
    return next((f"{owner.__name__}.{name} is not pytest's own" for owner, name, value in _WERE
                 if getattr(owner, name) is not value), "")  # fmt: skip


def take(config):
    """Exchange the two for the rest of the process, unless something speaks against it."""
    if not fast.decide(config, "capture", _why_not):
        return
    own.CaptureFixture._start, own.CaptureFixture.close = _prun.capture_methods(Host())
