"""What the process looks like to a test; written to $SEEN."""
import json
import os
import signal
import sys


def test_look():
    spec = sys.modules["__main__"].__spec__
    seen = {
        "argv": sys.argv,
        "orig_argv": sys.orig_argv if hasattr(sys, "orig_argv") else None,
        "path": sys.path,
        "executable": sys.executable,
        "prefix": sys.prefix,
        "base_prefix": sys.base_prefix,
        "exec_prefix": sys.exec_prefix,
        "flags": str(sys.flags),
        "main": [spec.name, spec.origin, sys.modules["__main__"].__file__, sys.modules["__main__"].__package__],
        "SIGINT": str(signal.getsignal(signal.SIGINT)).split(" at ")[0],
        "SIGPIPE": str(signal.getsignal(signal.SIGPIPE)),
        "SIGXFSZ": str(signal.getsignal(signal.SIGXFSZ)),
        "SIGTERM": str(signal.getsignal(signal.SIGTERM)),
        "SIGCHLD": str(signal.getsignal(signal.SIGCHLD)),
        "mask": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "encodings": [sys.getfilesystemencoding(), sys.stdout.encoding, sys.getdefaultencoding()],
        "warnoptions": sys.warnoptions,
        "dont_write_bytecode": sys.dont_write_bytecode,
        "cwd": os.getcwd(),
        "umask": os.umask(0o22) and os.umask(0o22),
        "environ": sorted(k for k in os.environ if k not in ("SEEN", "_")),
        "prun": sorted(p for p in sys.path if "prun" in p and "prun-t." not in p),
        "pgrp_leader": os.getpgid(0) == os.getpgid(os.getppid()),
        "fds": sorted(int(n) for n in os.listdir("/proc/self/fd")),
    }
    with open(os.environ["SEEN"], "w") as f:
        json.dump(seen, f, indent=1)
