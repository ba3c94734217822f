"""An interpreter becomes the host of a run.

``prun`` executes it with this file; ``python -m prun`` does the same; and so does the script ``prun`` that pip installs.
Any Python can read this, to say why it will not do.
"""
import sys


def unfit():
    """Why this interpreter will not do, in words; None if it will."""
    version = sys.version_info[:2]
    if version < (3, 9):
        what = "Python %d.%d" % version
    elif sys.implementation.name != "cpython":
        what = sys.implementation.name
    elif "t" in sys.abiflags:
        what = "a free-threaded Python"
    else:
        return None
    return "%s is %s; prun needs CPython 3.9 or newer, with the GIL" % (sys.executable, what)


def start():
    """Does not return."""
    why = unfit()
    if why:
        sys.stderr.write("prun: %s\n" % why)
        sys.exit(4)
    if not (getattr(sys.flags, "safe_path", False) or sys.flags.isolated):
        del sys.path[0]  # this file's folder or the script's, or with -m the working directory, which main() puts there
    for name in [n for n in sys.modules if n.partition(".")[0] == "prun"]:
        del sys.modules[name]  # they have not hidden themselves

    # Tests must not see prun's folder.
    sys.path.insert(0, __file__.rpartition("/prun/")[0])
    try:
        import _prun  # noqa: F401
    except ImportError as e:
        sys.stderr.write("prun: its core cannot be loaded into %s: %s\n" % (sys.executable, e))
        sys.exit(3)
    from prun.main import main

    del sys.path[0]
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    start()
