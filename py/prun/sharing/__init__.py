"""``@prun.shared`` and ``prun_shared_fixtures``: which session fixtures are set up once for the whole run (once.py).

Light, and without pytest: a suite may import it anywhere, and under plain pytest the mark has no effect.
"""
import contextlib
import functools

INI = "prun_shared_fixtures"
_MARK = "__prun_shared__"

_asked = False  # has the decorator been used in this process?


class Terms:
    """What stands on a shared fixture's function."""

    def __init__(self, after_fork=None):
        self.after_fork = after_fork  # called with the value in each worker; what it returns, if anything, replaces it


def shared(fixture=None, *, after_fork=None):
    """Mark a session fixture to be set up once, before the workers are forked, and torn down once, after the last.

    Above or below @pytest.fixture.
    """
    global _asked
    if fixture is None:
        return functools.partial(shared, after_fork=after_fork)
    _asked = True
    setattr(_function(fixture), _MARK, Terms(after_fork))
    return fixture


def _function(fixture):
    """What pytest makes FixtureDef.func of."""
    wrapped = getattr(fixture, "__pytest_wrapped__", None)  # pytest before 8.4
    if wrapped is not None:
        return wrapped.obj
    unwrap = getattr(fixture, "_get_wrapped_function", None)
    return unwrap() if unwrap else fixture


def add_options(parser):
    parser.addini(
        INI,
        "Names of session fixtures that are set up once for the whole run, in the master, and torn down after the last "
        "worker (as @prun.shared)",
        type="args",
        default=[],
    )


def wanted(config):
    """May there be any shared fixture?"""
    return _asked or bool(config.getini(INI))


def held(session, testrunuid=None):
    """A context in which the shared fixtures that collected tests use are set up; testrunuid: where there are workers."""
    if not wanted(session.config):
        return contextlib.nullcontext()
    from prun.sharing import once

    return once.held(session, testrunuid)


def terms(config, definition):
    """Terms of a fixture (FixtureDef), or None if it is not shared."""
    mark = getattr(definition.func, _MARK, None)
    return Terms() if mark is None and definition.argname in config.getini(INI) else mark
