"""Entry point: be what ``python -m pytest`` would be, with prun's plugin registered."""
import importlib.util
import os
import sys

EXIT_USAGE = 4
OLDEST_PYTEST = (7, 2)


def _complain(sentence):
    print(f"prun: {sentence}", file=sys.stderr)
    return EXIT_USAGE


def _version_of(text):
    """First two numbers of a version string, as a tuple."""
    numbers = []
    for part in text.split(".")[:2]:
        digits = "".join(c for c in part if c.isdigit())
        numbers.append(int(digits or 0))
    return tuple(numbers)


def _versions():
    """Lines for --version."""
    import _prun

    import pytest

    return [
        f"prun {_prun.version}",
        f"CPython {sys.version.split()[0]} ({sys.executable}, {_prun.libpython} libpython)",
        f"pytest {pytest.__version__}",
        f"jansson {_prun.jansson}",
        f"libbsd {_prun.libbsd}",
    ]


def _pretend_module(args):
    """Make sys.argv, sys.path and __main__ what ``python -m pytest`` makes of them."""
    spec = importlib.util.find_spec("pytest.__main__")
    sys.argv[:] = [spec.origin, *args]
    if hasattr(sys, "orig_argv"):
        sys.orig_argv[:] = [sys.executable, "-m", "pytest", *args]
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, os.getcwd())
    main = sys.modules["__main__"]
    main.__spec__ = spec
    main.__file__ = spec.origin
    main.__package__ = "pytest"


def main(args):
    """Run pytest with `args` (list of str) and return its exit status (int)."""
    if importlib.util.find_spec("pytest") is None:
        return _complain(
            f"pytest is not installed for {sys.executable}; activate the environment that has it, "
            f"or install it: {sys.executable} -m pip install pytest"
        )
    try:
        import pytest
    except ImportError as e:
        if e.name not in getattr(sys, "stdlib_module_names", ()):
            raise
        # Its modules are built into the interpreter there and are files here, or the other way round.
        return _complain(
            f"{sys.executable} is another build of Python than the one that prun was built with ({e}); "
            f"build prun for it: ./configure PYTHON={sys.executable} && make"
        )

    if _version_of(pytest.__version__) < OLDEST_PYTEST:
        return _complain(f"pytest {pytest.__version__} is too old; prun hosts pytest 7.2 or newer")
    if "--version" in args or "-V" in args:
        print("\n".join(_versions()))
        return 0
    from prun.verify import cli as verify

    if verify.wanted(args):
        from prun.verify import command

        return command.main(args)

    from prun import plugin

    _pretend_module(args)
    try:
        status = int(pytest.main(args, plugins=[plugin]))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # As pytest.console_main(): nobody reads us any more, and flushing at exit would say so again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
