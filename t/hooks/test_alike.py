"""Random sets of implementations, called by pluggy's own functions and by prun's: what can be told apart is the same.

To be run by prun, whose C functions these are; ALIKE=20 of them are 2,000 calls.
"""
import gc
import os
import random
import sys
import traceback
import warnings

import pluggy
import pytest
from pluggy import PluginManager, _callers

import _prun
from prun.fast import hooks

spec = pluggy.HookspecMarker("alike")
impl = pluggy.HookimplMarker("alike")
NEW_STYLE = tuple(int(n) for n in pluggy.__version__.split(".")[:2]) >= (1, 2)
ERRORS = (ValueError, StopIteration, KeyboardInterrupt, GeneratorExit, RuntimeError, KeyError, SystemExit)


class Spec:
    @spec
    def many(self, a, b):
        pass

    @spec(firstresult=True)
    def one(self, a, b):
        pass

    @spec(historic=True)
    def past(self, a, b):
        pass


def error(rng, number):
    return rng.choice(ERRORS)(f"of {number}")


def plain(rng, number, log):
    value = rng.choice([None, None, number, [number], ""])
    raises = rng.random() < 0.15

    def call(*args):
        log.append(("call", number, args))
        if raises:
            raise error(rng, number)
        return value

    takes = rng.choice(["", "a", "b", "a, b", "b, a", "a, b, c", "a, b=3", "a, c=3", "b, a, c=4"])
    if "c=" not in takes and "c" in takes and rng.random() < 0.8:
        takes = "a"
    names = [name.split("=")[0].strip() for name in takes.split(",") if name]
    scope = {"call": call}
    exec(f"def many({takes}):\n    return call({', '.join(names)})\n", scope)
    return scope["many"]


def old(rng, number, log):
    before, force, after, catches = (rng.random() < p for p in (0.1, 0.2, 0.12, 0.3))
    early, twice = rng.random() < 0.05, rng.random() < 0.08
    how = rng.choice(["force_result", "force_exception", "get_result"])

    def many(a):
        log.append(("before", number, a))
        if before:
            raise error(rng, number)
        if early:
            return
        outcome = yield number
        log.append(("after", number, type(outcome).__name__, told(lambda: outcome.get_result()) if catches else None))
        if force and how == "force_result":
            outcome.force_result([number])
        elif force and hasattr(outcome, how):
            outcome.force_exception(error(rng, number)) if how == "force_exception" else outcome.get_result()
        if after:
            raise error(rng, number)
        if twice:
            yield number
            log.append(("never", number))

    return many


def new(rng, number, log):
    before, after, catches, replaces = (rng.random() < p for p in (0.1, 0.12, 0.4, 0.3))
    early, twice, cleans = rng.random() < 0.05, rng.random() < 0.08, rng.random() < 0.5

    def many(b):
        log.append(("before", number, b))
        if before:
            raise error(rng, number)
        if early:
            return number
        try:
            result = yield number
            log.append(("after", number, result))
        except BaseException as e:
            log.append(("caught", number, repr(e), repr(sys.exc_info()[1])))
            if not catches:
                raise
            result = number
        if after:
            raise error(rng, number)
        if twice:
            try:
                yield number
            finally:
                log.append(("closed", number))
                if cleans:
                    raise error(rng, number)
        return [number] if replaces else result

    return many


def chain(exception, deep=0):
    """What can be seen of an exception, of those it followed on, and where they were raised."""
    if exception is None or deep > 8:
        return None
    where = [(f.name, f.lineno) for f in traceback.extract_tb(exception.__traceback__)]
    return (
        type(exception),
        str(exception),
        getattr(exception, "__notes__", None),
        exception.__suppress_context__,
        where if deep == 0 else None,
        chain(exception.__cause__, deep + 1),
        chain(exception.__context__, deep + 1),
    )


def told(function):
    try:
        return ("returned", function())
    except BaseException as e:
        return ("raised", repr(e))


def scenario(seed, ours):
    """All that can be seen of one random call."""
    rng = random.Random(seed)
    log = []
    manager = PluginManager("alike")
    assert manager._inner_hookexec is hooks._own
    if ours:
        manager._inner_hookexec = _prun.multicall
    manager.add_hookspecs(Spec)
    name = rng.choice(["many", "many", "one", "one", "free", "past"])
    kinds = [plain, plain, plain, old, old] + [new, new, new] * NEW_STYLE
    for number in range(rng.randrange(6) if rng.random() < 0.9 else 30):
        kind = rng.choice(kinds)
        flags = {"old": {"hookwrapper": True}, "new": {"wrapper": True}}.get(kind.__name__, {})
        if kind is not plain and name == "past":
            continue
        order = rng.choice([{}, {}, {"tryfirst": True}, {"trylast": True}])
        function = impl(specname=name, **flags, **order)(kind(rng, number, log))
        plugin = type("Plugin", (), {"method": staticmethod(function)})()
        try:
            manager.register(plugin, f"p{number}")
        except pluggy.PluginValidationError:
            pass  # of an argument that the specification has not
    hook = getattr(manager.hook, name, None)
    return outcome(rng, manager, hook, name, log)


def outcome(rng, manager, hook, name, log):
    way = rng.choice(["call"] * 6 + ["extra", "subset", "traced", "positional", "incomplete", "handling"])
    kwargs = {"a": 1, "b": 2}
    if way == "incomplete":
        del kwargs["b"]
    if way == "traced":
        manager.add_hookcall_monitoring(
            lambda *args: log.append(("before", args[0], dict(args[2]))),
            lambda outcome, *args: log.append(("after", told(outcome.get_result), args[0])),
        )
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter(rng.choice(["always", "always", "error"]))
        try:
            if hook is None:
                result = None
            elif name == "past":
                result = hook.call_historic(log.append, kwargs)
            elif way == "extra":
                result = hook.call_extra([plain(rng, 100, log)], kwargs)
            elif way == "subset":
                result = manager.subset_hook_caller(name, [manager.get_plugin("p1")])(**kwargs)
            elif way == "positional":
                result = hook(1, **kwargs)
            elif way == "handling":
                try:
                    raise LookupError("being handled")
                except LookupError:
                    result = hook(**kwargs)
            else:
                result = hook(**kwargs)
            raised = None
        except BaseException as e:
            result, raised = None, chain(e)
            # In which order the collector closes generators that pluggy has given up is up to it.
            log = list(log)
    return result, raised, log, [(str(w.message), w.category, w.filename, w.lineno) for w in seen]


@pytest.fixture(autouse=True)
def in_place():
    """HookCaller.__call__ is ours; which _multicall() a manager has is up to it."""
    hooks._replace_call()
    assert _callers._multicall is hooks._own


def alone(seed, ours):
    """Without what generators of an earlier one do when they are collected."""
    gc.collect()
    return scenario(seed, ours)


@pytest.mark.parametrize("block", range(int(os.environ.get("ALIKE", 3))))
def test_random(block, monkeypatch):
    # Of generators that were given up; and what reports a difference would be in the way of it.
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: None)
    gc.freeze()
    different = [seed for seed in range(block * 100, (block + 1) * 100) if alone(seed, True) != alone(seed, False)]
    gc.unfreeze()
    assert not different


def test_many_begun():
    """More wrappers than there is room for at first."""
    for count in (11, 12, 13, 100):
        manager = PluginManager("alike")
        manager._inner_hookexec = _prun.multicall
        manager.add_hookspecs(Spec)
        ended = []
        for number in range(count):

            def many():
                yield
                ended.append(number)  # noqa: B023

            manager.register(type("P", (), {"many": staticmethod(impl(hookwrapper=True)(many))})())
        assert manager.hook.many(a=1, b=2) == []
        assert len(ended) == count


def test_registered_during_a_call():
    results = []
    for ours in (True, False):
        manager = PluginManager("alike")
        if ours:
            manager._inner_hookexec = _prun.multicall
        manager.add_hookspecs(Spec)
        late = type("Late", (), {"many": staticmethod(impl(lambda: "late"))})()

        def many():
            if not manager.is_registered(late):
                manager.register(late)
            return "early"

        manager.register(type("Early", (), {"many": staticmethod(impl(many))})())
        results.append([manager.hook.many(a=1, b=2), manager.hook.many(a=1, b=2)])
    assert results[0] == results[1]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="C does not count for the limit")
def test_recursion_limit():
    depths = []
    for ours in (True, False):
        manager = PluginManager("alike")
        if ours:
            manager._inner_hookexec = _prun.multicall
        manager.add_hookspecs(Spec)
        reached = 0

        def many(a):
            nonlocal reached
            reached = a
            manager.hook.many(a=a + 1, b=2)

        manager.register(type("P", (), {"many": staticmethod(impl(many))})())
        with pytest.raises(RecursionError):
            manager.hook.many(a=0, b=2)
        depths.append(reached)
    assert depths[0] == depths[1]
