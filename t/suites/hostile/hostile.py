"""For tests that write frames of their own making to prun's pipe."""
import fcntl
import json
import os
import stat
import struct

RESULT, LOG, BYE = 5, 6, 7


def is_result_pipe(fd):
    """The largest pipe that we may write to."""
    try:
        if not stat.S_ISFIFO(os.fstat(fd).st_mode) or fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE != os.O_WRONLY:
            return False
        return fcntl.fcntl(fd, 1032) == 1 << 20  # F_GETPIPE_SZ
    except OSError:
        return False


def say(kind, body, head=b""):
    (fd,) = filter(is_result_pipe, map(int, os.listdir("/proc/self/fd")))
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    body = head + body.replace(b'"DEEP"', b"[" * 1500 + b"]" * 1500)
    frame = struct.pack("<IBBH", len(body), kind, 1, 0) + body
    while frame:
        frame = frame[os.write(fd, frame) :]


def result(item, events):
    """The whole of what there is to say about item number `item`."""
    say(RESULT, events, struct.pack("<IQ", item, 0))
    os._exit(0)


def report(nodeid="test_hostile.py::test_x", **odd):
    return ["report", {
        "$report_type": "TestReport", "nodeid": nodeid, "location": {"$t": ["f", 1, "d"]}, "keywords": {}, "outcome": "passed",
        "longrepr": None, "when": "call", "user_properties": [], "sections": [], "duration": 1, "start": 1, "stop": 2, **odd,
    }]


def warning(when="runtest", nodeid="n", location=None, **odd):
    return ["warning", {"module": "builtins", "name": "UserWarning", "args": ["x"], "str": "x", "filename": "f", "lineno": 1,
                        "line": None, **odd}, when, nodeid, location]
