"""What pytest knows of fixtures, and what it has around the set-up of a test; for once.py."""
import contextlib
import os

from _pytest.logging import caplog_handler_key, caplog_records_key
from _pytest.outcomes import TEST_OUTCOME
from _pytest.skipping import evaluate_skip_marks
from _pytest.warnings import catch_warnings_for_item


def named(definition):
    code = getattr(definition.func, "__code__", None)
    place = f" ({os.path.relpath(code.co_filename)}:{code.co_firstlineno})" if code else ""
    return f"shared fixture {definition.argname!r}{place}"


def used(info):
    """The definitions that are used with these names; one that overrides another may use that one too."""
    for definitions in info.name2fixturedefs.values() if info else ():
        for definition in reversed(definitions):
            yield definition
            if definition.argname not in definition.argnames:
                break


def closure(item, definition):
    """The definition and those that it needs, as far as their arguments say it."""
    known = item._fixtureinfo.name2fixturedefs
    found, waiting = [], [definition]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.append(one)
        for name in one.argnames:
            below = known.get(name) or ()
            if name == one.argname:
                below = below[: below.index(one)]
            waiting += below[-1:]
    return found


def scope(item, definition):
    """Of the fixture for this item, whose parametrization may say another one: a word."""
    scopes = getattr(getattr(item, "callspec", None), "_arg2scope", {})
    own = scopes.get(definition.argname)
    return own.value if own else definition.scope


def is_skipped(item):
    try:
        return evaluate_skip_marks(item) is not None
    except TEST_OUTCOME:
        return False  # it will be said when it is run


_COMPARED = (str, bytes, int, float)


class Parameter:
    """A parameter's value as part of a key: equal if it is surely the same."""

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        mine, others = self.value, other.value
        return mine is others or (type(mine) is type(others) and type(mine) in _COMPARED and mine == others)

    def __hash__(self):
        return hash(type(self.value))


def request(item, definition):
    """Have pytest set up this definition, as if the item were the first to use it."""
    top = type(item._request)(item, _ispytest=True)
    name = definition.argname
    definitions = top._arg2fixturedefs[name]
    top._arg2fixturedefs = {**top._arg2fixturedefs, name: definitions[: definitions.index(definition) + 1]}
    top.getfixturevalue(name)


def captured(item, when):
    """Output becomes a section of the item's reports, as it does in one process."""
    capture = item.config.pluginmanager.getplugin("capturemanager")
    return capture.item_capture(when, item) if capture else contextlib.nullcontext()


@contextlib.contextmanager
def as_in_a_test(item):
    """What pytest has around a test's set-up: captured output and log, warnings."""
    manager = item.config.pluginmanager
    with contextlib.ExitStack() as stack:
        if manager.has_plugin("warnings"):
            stack.enter_context(
                catch_warnings_for_item(config=item.config, ihook=item.ihook, when="runtest", item=item)
            )
        stack.enter_context(captured(item, "setup"))
        if manager.has_plugin("logging-plugin"):
            stack.enter_context(_logged(manager.getplugin("logging-plugin"), item))
        yield


@contextlib.contextmanager
def _logged(plugin, item):
    around = plugin._runtest_for
    if not hasattr(around, "__wrapped__"):  # a generator function, not yet a context manager
        around = contextlib.contextmanager(around)
    item.stash[caplog_records_key] = {}
    try:
        with around(item, "setup"):
            yield
    finally:
        del item.stash[caplog_records_key]
        del item.stash[caplog_handler_key]
