"""Calls of hooks in C: HookCaller.__call__ and _multicall() of pluggy, a quarter of the time of short tests.

Condition: the plugin manager calls hooks by pluggy's own functions, which are of a release in RELEASES.
The way back: the C side calls functions and ends wrappers for as long as all goes well.  The first exception, or
whatever else needs a decision, makes it hand the call to pluggy, whose functions then see implementations that
repeat what has happened so far (`calling`, `ending`).  So nothing of what pluggy does about it is done twice, and
its frames are in every traceback.

What a hook's implementation can see of it: while all goes well, pluggy's frames are not on the stack, for those who
look (inspect.stack(), warnings with a large stacklevel, faulthandler); from Python 3.12 on a test that recurses without
end gets that much deeper.  Generators that pluggy itself gives up, because one around them yielded twice, are closed
in another order.
"""
import copy
import functools
import sys
import types

import _prun
import pluggy

from prun import fast

RELEASES = ((1, 0), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (1, 7))  # with whose tests t/hooks/pluggy was run

# How far the implementation came that pluggy has to go on with: src/hookcall.c's enum how.
_UNTOUCHED, _RAISED, _RETURNED, _STOPPED, _YIELDED, _FORCED = range(6)

_own = None  # pluggy's _multicall(), once HookCaller.__call__ is ours


class _Begun(map):
    """A generator that has been begun: the first next() was called already, the rest is the generator's own.

    A map, because its next() needs no frame of ours in a traceback.
    """

    def __new__(cls, gen, send=None, first=None):
        return super().__new__(cls, first or str, ("",))

    def __init__(self, gen, send=None, first=None):
        self.send = send or gen.send
        self.throw = gen.throw
        self.close = gen.close
        self.gi_code = gen.gi_code
        self._gen = gen

    def __repr__(self):
        return repr(self._gen)


def _returning(value):
    """To be called once: `value` is not kept, so that what nobody has any more ends when it would."""
    box = [value]
    return lambda *args, **kwargs: box.pop()


def _raising(exception):
    """Likewise, and without a frame in the traceback."""
    return functools.partial(_prun.reraise, [exception])


def _instead(impl, function, **flags):
    """`impl`, if that had been registered with another function; its arguments were there once, so they are again."""
    other = copy.copy(impl)
    for name, value in {"function": function, **flags}.items():
        if hasattr(impl, name):
            setattr(other, name, value)
    return other


def _all_begun(begun):
    """For [(implementation, generator)] in the order of calls, stand-ins in pluggy's order, which is the reverse."""
    return [_instead(impl, _returning(_Begun(gen))) for impl, gen in reversed(begun)]


def _value(impl, value):
    return _instead(impl, _returning(value), hookwrapper=False, wrapper=False)


def calling(left, impl, how, gen, what, begun, results):
    """Implementations with which pluggy's _multicall() goes on when `impl` has gone wrong, or could not be called.

    left: those that come after it; gen: its generator or None; what: an exception, what it returned or what its
    generator did; begun: wrappers as for _all_begun(); results: a list, or None if there is none yet.
    """
    if how == _RETURNED:
        impl = _instead(impl, _returning(what))
    elif how == _STOPPED or how == _RAISED and gen:
        failure = _raising(StopIteration() if what is None else StopIteration(what)) if how == _STOPPED else _raising(what)
        impl = _instead(impl, _returning(_Begun(gen, first=failure)))
    elif how == _RAISED:
        impl = _instead(impl, _raising(what))
    values = [_value(impl, result) for result in reversed(results or ())]
    return [*left, impl, *values, *_all_begun(begun)]


def ending(impl, gen, how, what, begun, result, shared):
    """The same when the wrapper `impl` has gone wrong at its end; `result` is what it was sent, or its outcome had.

    To be called with firstresult, so that `result` is what the others are sent, list or not.  shared: there was an
    old-style wrapper already, of those that have one outcome (pluggy before 1.6), which changes how others are ended.
    """
    if how == _RAISED:
        send = _raising(what)
    elif how == _YIELDED:
        send = _returning(what)
    else:
        send = functools.partial(_force, what)
    ended = [_instead(impl, _returning(_Begun(gen, _end)), hookwrapper=True, wrapper=False)] if shared else []
    return [_value(impl, result), *ended, _instead(impl, _returning(_Begun(gen, send))), *_all_begun(begun)]


def _end(outcome):
    raise StopIteration


def _force(made, outcome):
    """Do to `outcome` what a wrapper has done to the outcome that it was sent, and end as it did."""
    for name in ("_result", "_exception", "_traceback", "_excinfo"):
        if hasattr(made, name):
            setattr(outcome, name, getattr(made, name))
    raise StopIteration


@functools.lru_cache(maxsize=None)
def _version():
    """pluggy's, as it says itself; from 1.7 on it parses the metadata of its distribution each time it is asked."""
    if "__version__" in vars(pluggy):
        return pluggy.__version__
    from importlib import metadata

    text = metadata.distribution("pluggy").read_text("METADATA") or ""
    found = [line.split()[1] for line in text.partition("\n\n")[0].splitlines() if line.startswith("Version: ")]
    return found[0] if found else pluggy.__version__


def _release():
    return tuple(int(n) for n in _version().split(".")[:2] if n.isdigit())


def traced(manager):
    """Does somebody listen to calls of hooks, or make them in a way of his own?"""
    from pluggy import _callers

    return manager._inner_hookexec not in (_own or _callers._multicall, _prun.multicall)


def _why_not(config):
    manager = config.pluginmanager
    if _release() not in RELEASES:
        return f"not tested with pluggy {_version()}"
    if traced(manager):
        return "hook calls are traced"
    if getattr(config.option, "fulltrace", False):
        return "--full-trace"  # shows the arguments of _multicall(), and so the stand-ins
    if getattr(manager._hookexec, "__func__", None) is not pluggy.PluginManager._hookexec:
        return f"{type(manager).__name__} calls hooks its own way"
    return ""


def _replace_call():
    """From now on HookCaller.__call__ is ours, for the hooks of those plugin managers that have our _multicall()."""
    global _own
    if _own:
        return
    from pluggy import _callers, _hooks, _result

    _own = _callers._multicall
    caller = getattr(_hooks, "HookCaller", None) or _hooks._HookCaller
    # On 3.12 and later frames do not count for the limit that C can change.
    depth = 2 if sys.version_info < (3, 12) else 0
    caller.__call__ = _prun.hookcall(
        _release()[1],
        depth,
        caller,
        _own,
        pluggy.PluginManager._hookexec,
        getattr(_result, "Result", None) or _result._Result,
        types.GeneratorType,
        calling,
        ending,
        _prun.multicall,
    )


def install(config):
    """Let C call the hooks of this run from now on, if that is allowed."""
    manager = config.pluginmanager
    if fast.decide(config, "hooks", lambda: _why_not(config)):
        _replace_call()
        manager._inner_hookexec = _prun.multicall


def install_everywhere():
    """For pluggy's own tests: also in plugin managers that are yet to come, and for who calls _multicall()."""
    from pluggy import _callers, _manager

    _replace_call()
    _callers._multicall = _manager._multicall = _prun.multicall
