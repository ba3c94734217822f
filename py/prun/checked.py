"""What a worker tells, checked before reporters hear of it: a test can write what it likes to prun's pipe.

There is a function for each kind of event.  It takes the item that it came with (None: it came by itself) and what
follows the kind in the event (prun-events(5)), and returns what the master replays.  What reporters could not cope
with raises an exception that says why; what an honest test may have done is mended.
"""
import io

from _pytest._code.code import TerminalRepr
from _pytest._io import TerminalWriter
from _pytest.reports import TestReport

from prun import codec, reports
from prun.items import StandIn
from prun.report import of as record_of

_PLAIN = (bool, int, float, str)
# What a pass has in any case, and is known.
_OWN = frozenset(("nodeid", "location", "keywords", "outcome", "longrepr", "when", "duration", "start", "stop"))


class Nonsense(ValueError):
    """No honest worker says this."""


def _is(value, kinds, what):
    if not isinstance(value, kinds):
        raise Nonsense(f"its {what} is a {type(value).__name__}")
    return value


def _location(value):
    if type(value) is not tuple or len(value) != 3:
        raise Nonsense("its location is no tuple of three")
    path, line, domain = value
    _is(path, str, "location's path")
    _is(line, (int, type(None)), "location's line")
    _is(domain, str, "location's name")
    return value


def _pairs(config, properties):
    """user_properties as serial pytest has them: only JUnit's file wants pairs."""
    if not getattr(config.option, "xmlpath", None):
        return properties
    return [pair for pair in properties if isinstance(pair, (tuple, list)) and len(pair) == 2]


def _reason(wasxfail):
    """Some hooks put True or None there."""
    return wasxfail if isinstance(wasxfail, str) else "" if wasxfail is None else str(wasxfail)


def _is_location(value):
    try:
        return bool(_location(value))
    except Nonsense:
        return False


def _own(item, found):
    """What serial pytest does not look at, as it would have been."""
    if isinstance(found.location, list):
        found.location = tuple(found.location)
    if item and not _is_location(found.location):
        found.location = item.location
    if item and not isinstance(found.keywords, dict):
        found.keywords = dict.fromkeys(item.keywords, 1)
    if found.outcome == "passed" and not isinstance(found.longrepr, (str, tuple, type(None), TerminalRepr)):
        found.longrepr = str(found.longrepr)


def _report(config, data, *rendered):
    for text in rendered:
        _is(text, str, "text")
    found = reports.load(config, data, *rendered)
    if found is None:
        raise Nonsense("no plugin can read it")
    for name in list(vars(found)):
        if callable(getattr(type(found), name, None)):
            delattr(found, name)  # a method that somebody replaced cannot be carried
    _is(found.nodeid, str, "node id")
    _is(found.outcome, str, "outcome")
    _is(found.when, (str, type(None)), "phase")
    if hasattr(found, "wasxfail"):
        found.wasxfail = _reason(found.wasxfail)
    # On a test that passed nobody looks at them, whatever was put there.
    found.sections = [(str(title), str(text)) for title, text in found.sections]
    return found


def _skipped(found):
    """pytest wants the place and the reason where it lists what was skipped."""
    path, line, _ = found.location
    if isinstance(found.longrepr, tuple) and [type(x) for x in found.longrepr] == [str, int, str]:
        return
    found.longrepr = (path, (line or 0) + 1, str(found.longrepr or ""))


def _shown(longrepr):
    """Whether all of a traceback is as it should be shows when it is shown."""
    crash = getattr(longrepr, "reprcrash", None)
    if crash is not None:
        _is(crash.message, str, "message")
    _is(longrepr, TerminalRepr, "traceback").toterminal(TerminalWriter(io.StringIO()))


def passed(config, item, phase, times, more, location):
    """Returns (phase, times as replay.pack_times() has them, attributes that somebody has put on the report)."""
    if item is None or type(phase) is not int or phase not in (0, 1, 2) or type(times) is not list or len(times) != 3:
        raise Nonsense("it is a pass of no phase")
    if location is not None and _is_location(location):
        # What the worker found is what the same item would find here.
        vars(item).setdefault("location", location)
    for name in _is(more, dict, "attributes"):
        if callable(getattr(TestReport, _is(name, str, "attribute's name"), None)) or name in _OWN:
            raise Nonsense(f"a pass has no {name} of its own")
    if "sections" in more:
        more["sections"] = [(str(title), str(text)) for title, text in more["sections"]]
    if "wasxfail" in more:
        more["wasxfail"] = _reason(more["wasxfail"])
    if "user_properties" in more:
        more["user_properties"] = _pairs(config, _is(more["user_properties"], list, "list of properties"))
    return phase, [_seconds(number) for number in times], more


def _seconds(value):
    """By a clock that a test has replaced it may be anything."""
    try:
        return float(value) if isinstance(value, (int, float)) else 0.0
    except OverflowError:
        return 0.0


def report(config, item, data, *rendered):
    found = _report(config, data, *rendered)
    _own(item, found)
    _location(found.location)
    _is(found.keywords, dict, "keywords")
    for name in ("duration", "start", "stop"):
        if not isinstance(getattr(found, name, 0), (int, float)):
            setattr(found, name, 0.0)  # by a clock that a test has replaced
    if found.outcome == "skipped" and not hasattr(found, "wasxfail"):
        _skipped(found)
    elif not isinstance(found.longrepr, (str, tuple, type(None))):
        _shown(found.longrepr)
    found.user_properties = _pairs(config, _is(found.user_properties, list, "list of properties"))
    if getattr(config.option, "xmlpath", None):
        for _, value in found.user_properties:
            str(value)
    return (found,)


shown = report


def collect(config, item, data, *rendered):
    return (_report(config, data, *rendered),)


def deselected(config, item, ids):
    return ([StandIn(_is(i, str, "node id"), (i, None, i), (), None) for i in ids],)


def line(config, item, text):
    return (_is(text, str, "line"),)


def leaks(config, item, nodeid, sentences):
    if not config.option.leaks:
        raise Nonsense("nobody asked for leaks")
    return _is(nodeid, str, "node id"), [_is(s, str, "sentence") for s in sentences]


def fixture(config, item, name, scope, where, seconds):
    if not record_of(config):
        raise Nonsense("nobody asked for fixtures")
    for text in (name, scope, where):
        _is(text, str, "text")
    return name, scope, where, _is(seconds, (int, float), "duration")


def xml(config, item, nodeid, attributes):
    if item is None:
        raise Nonsense("it belongs to no test")
    for name, value in _is(attributes, dict, "attributes").items():
        _is(name, str, "attribute's name")
        _is(value, str, "attribute")
    return (attributes,)


def item(config, item, attributes):
    if item is None:
        raise Nonsense("it belongs to no test")
    for name, value in _is(attributes, dict, "attributes").items():
        # pytest's own are methods and properties of the class.
        if not isinstance(name, str) or name[:1] == "_" or type(getattr(type(item), name, "")) not in _PLAIN:
            raise Nonsense(f"the test has no attribute {name!r} to change")
        _is(value, _PLAIN, name)
    return (attributes,)


def logstart(config, item, nodeid, location):
    return _is(nodeid, str, "node id"), _location(location)


logfinish = logstart


def warning(config, item, data, when, nodeid, location):
    for name in ("module", "name", "line"):
        _is(data[name], (str, type(None)), name)
    for name in ("str", "filename"):
        _is(data[name], str, name)
    _is(data["lineno"], int, "line")
    _is(data["args"], (list, tuple), "arguments")
    _is(when, str, "phase")
    _is(nodeid, str, "node id")
    return codec.load_warning(data), when, nodeid, location and _location(location)


def bye(data):
    """What a worker says at its end, an object."""
    for name in ("shouldfail", "shouldstop", "internalerror", "late_errors", "collection"):
        _is(data.get(name, ""), str, name)
    _is(data.get("workeroutput", {}), dict, "workeroutput")
    for number in data.get("$retired", (0, 0, 0)):
        _is(number, int, "number")
    for index, name, _ in _is(data.get("testsuite_properties", []), list, "properties"):
        _is(index, int, "property's item")
        _is(name, str, "property's name")
    return data
