"""An interpreter becomes the host of a run: ``prun`` executes it with this file; ``python -m prun`` does the same.

Any Python can read this, to say why it will not do.
"""
import sys

version = sys.version_info[:2]
unfit = None
if version < (3, 9):
    unfit = "Python %d.%d" % version
elif sys.implementation.name != "cpython":
    unfit = sys.implementation.name
elif "t" in sys.abiflags:
    unfit = "a free-threaded Python"
if unfit:
    sys.stderr.write("prun: %s is %s; prun needs CPython 3.9 or newer, with the GIL\n" % (sys.executable, unfit))
    sys.exit(4)

folder = __file__.rpartition("/prun/")[0]
if not (getattr(sys.flags, "safe_path", False) or sys.flags.isolated):
    del sys.path[0]  # this file's folder, or with -m the working directory, which main() puts there
sys.modules.pop("prun", None)  # with -m it is there already, and has not hidden itself

# Tests must not see prun's folder.
sys.path.insert(0, folder)
try:
    import _prun  # noqa: F401
except ImportError as e:
    sys.stderr.write("prun: its core cannot be loaded into %s: %s\n" % (sys.executable, e))
    sys.exit(3)
from prun.main import main

del sys.path[0]
sys.exit(main(sys.argv[1:]))
