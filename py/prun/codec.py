"""Reports and warnings as JSON and back, with every value coming back as what it was.

JSON knows neither tuples, bytes, sets, non-string keys nor NaN.  Such a value becomes an object with one
member whose name starts with "$" (prun-events(5) lists them); :func:`untag` undoes it, called from C
(src/convert.c) for each such object.  A value of any other type arrives as a Repr.
"""
import base64
import enum
import json
import sys
import warnings
from math import isfinite

_encode_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_DEEPEST = 50  # levels of a value that cannot be carried whole; a report's own take up a dozen
_INT_LIMIT = 2**63  # jansson holds integers in 64 bits


class Repr(str):
    """What an object that cannot be carried arrives as: str() and repr() of it give what they gave of the object.

    JUnit files, for one, have str() of what a test records.  A member of an enumeration of strings stays equal to its
    string: color == "red" where str(color) is "Color.RED".
    """

    def __new__(cls, shown, represented=None, text=None):
        self = super().__new__(cls, shown if text is None else text)
        self._shown = shown
        self._represented = shown if represented is None else represented
        return self

    def __str__(self):
        return self._shown

    def __repr__(self):
        return self._represented


def _tag_str(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return {"$u": base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()}
    return text


def _plain_keys(obj):
    if len(obj) == 1 and next(iter(obj))[:1] == "$":
        return False
    return True


def _tag_dict(obj, tag_str):
    # jansson takes a NUL in a string, but not in a key.
    if all(type(k) is str and tag_str(k) is k and "\0" not in k for k in obj) and (not obj or _plain_keys(obj)):
        return {k: _tag(v, tag_str) for k, v in obj.items()}
    return {"$d": [[_tag(k, tag_str), _tag(v, tag_str)] for k, v in obj.items()]}


def _tag(obj, tag_str):
    kind = type(obj)
    if obj is None or kind is bool:
        return obj
    if isinstance(obj, str):
        if kind is not str and isinstance(obj, enum.Enum):
            return {"$r": [tag_str(text) for text in (_said(str, obj), _said(repr, obj), str.__str__(obj))]}
        return tag_str(obj if kind is str else str.__str__(obj))
    if isinstance(obj, int):
        number = int(obj)
        return number if -_INT_LIMIT <= number < _INT_LIMIT else {"$i": hex(number)}
    if isinstance(obj, float):
        number = float(obj)
        return number if isfinite(number) else {"$n": repr(number)}
    if isinstance(obj, list):
        return [_tag(x, tag_str) for x in obj]
    if isinstance(obj, tuple):
        return {"$t": [_tag(x, tag_str) for x in obj]}
    if isinstance(obj, dict):
        return _tag_dict(obj, tag_str)
    if isinstance(obj, (bytes, bytearray)):
        return {"$b": base64.b64encode(obj).decode()}
    if isinstance(obj, (set, frozenset)):
        return {"$s" if isinstance(obj, set) else "$z": [_tag(x, tag_str) for x in obj]}
    shown, represented = _said(str, obj), _said(repr, obj)
    if shown == represented:
        return {"$r": tag_str(shown)}
    return {"$r": [tag_str(shown), tag_str(represented)]}


def _said(function, obj):
    try:
        return str.__str__(function(obj))
    except Exception as e:
        return f"<{type(obj).__name__} whose {function.__name__}() raised {type(e).__name__}>"


def _same(text):
    return text


def _hashable(key):
    """A key that was of a hashable subclass of list, set or dict arrives as its plain type."""
    try:
        hash(key)
    except TypeError:
        return repr(key)
    return key


_UNTAG = {
    "$t": tuple,
    "$s": set,
    "$z": frozenset,
    "$d": lambda pairs: {_hashable(k): v for k, v in pairs},
    "$b": base64.b64decode,
    "$u": lambda text: base64.b64decode(text).decode("utf-8", "surrogatepass"),
    "$i": lambda digits: int(digits, 16),
    "$n": float,
    "$r": lambda said: Repr(*map(str, said)) if isinstance(said, list) else Repr(str(said)),
}


def untag(name, value):
    """The object that {name: value} stands for; if it stands for none, which only a test can have written, itself."""
    try:
        return _UNTAG[name](value)
    except Exception:
        return {name: value}


def _dumps(obj, tag_str):
    return _encode_json(_tag(obj, tag_str)).encode()


def encode(obj):
    """`obj` as JSON (bytes).  Never fails: what cannot be carried arrives as a Repr."""
    try:
        return _dumps(obj, _same)
    except UnicodeEncodeError:
        pass  # lone surrogates: look at every string
    except (RecursionError, ValueError):
        return _dumps(_flatten(obj, _DEEPEST), _tag_str)
    try:
        return _dumps(obj, _tag_str)
    except (RecursionError, ValueError):
        return _dumps(_flatten(obj, _DEEPEST), _tag_str)


def _flatten(obj, depth, path=()):
    """A copy of `obj` in which a cycle, and what lies deeper than `depth`, is the name of its type."""
    if not isinstance(obj, (list, tuple, dict, set, frozenset)):
        return obj
    if depth == 0 or id(obj) in path:
        return f"<{type(obj).__name__} nested too deeply>"
    path += (id(obj),)
    if isinstance(obj, dict):
        return {k: _flatten(v, depth - 1, path) for k, v in obj.items()}
    flat = [_flatten(v, depth - 1, path) for v in obj]
    return tuple(flat) if isinstance(obj, tuple) else flat


def joined(*arrays):
    """JSON arrays of events (bytes) as one."""
    inner = [array[1:-1] for array in arrays]
    return b"[" + b",".join(filter(None, inner)) + b"]"


_quote = json.encoder.encode_basestring


def encode_clean(location, times):
    """encode([location, *times]) for (str, int or None, str) and finite floats; None for anything else."""
    path, lineno, domain = location
    numbers = ",".join(map(repr, times))
    # inf and nan are the only floats with an n; a test that fakes the clock may yield any type.
    if "n" in numbers or not all(type(t) is float for t in times):
        return None
    try:
        head = f'[{{"$t":[{_quote(path)},{"null" if lineno is None else int(lineno)},{_quote(domain)}]}}'
        return f"{head},{numbers}]".encode()
    except (UnicodeEncodeError, TypeError, ValueError):
        return None


def _is_simple(value):
    """Does JSON have it as it is?"""
    kind = type(value)
    if kind is float:
        return isfinite(value)
    return kind in (str, bool, type(None)) or (kind is int and -_INT_LIMIT < value < _INT_LIMIT)


def encode_passes(events):
    """encode() of nothing but "passed" events, with simple values; None for anything else."""
    told = []
    if any(event[0] != "passed" for event in events):
        return None
    for kind, phase, times, more, location in events:
        values = [*times, *more, *more.values(), *(location or ())]
        # An object of one member may be taken for a tag.
        if not all(map(_is_simple, values)) or any(name[:1] == "$" for name in more):
            return None
        told.append((kind, phase, times, more, location and {"$t": location}))
    try:
        return _encode_json(told).encode()
    except UnicodeEncodeError:
        return None


# ---- warnings ----


def dump_warning(message):
    """A warnings.WarningMessage as a dict of plain values."""
    text = message.message
    if isinstance(text, Warning):
        args = list(text.args)
        words = str(text)
    else:
        args, words = [text], str(text)
    kind = message.category
    return {
        "module": getattr(kind, "__module__", None),
        "name": getattr(kind, "__qualname__", None),
        "args": args,
        "str": words,
        "filename": message.filename,
        "lineno": message.lineno,
        "line": message.line,
    }


def _load_category(module, name):
    """The warning class, if this process has it: a test may have made a class of its own, or imported a module that
    nobody here needs."""
    try:
        kind = sys.modules[module]
        for part in name.split("."):
            kind = getattr(kind, part)
        if isinstance(kind, type) and issubclass(kind, Warning):
            return kind
    except Exception:
        pass
    # Only its name and text will ever be shown.
    return type(str(name).rpartition(".")[2], (Warning,), {"__module__": module})


def load_warning(data):
    """The warnings.WarningMessage that dump_warning() was given, as far as reporters can tell."""
    category = _load_category(data["module"] or "builtins", data["name"] or "Warning")
    try:
        message = category(*data["args"])
        if str(message) != data["str"]:
            raise ValueError
    except Exception:
        message = type(category.__name__, (category,), {"__init__": Warning.__init__, "__str__": Warning.__str__})(
            data["str"]
        )
        message.__class__.__module__ = category.__module__
    return warnings.WarningMessage(
        message=message,
        category=category,
        filename=data["filename"],
        lineno=data["lineno"],
        line=data["line"],
    )
