"""What source files say: do they read the worker's identity while they are imported; do they keep state?"""
import ast
import functools
import os

_WORDS = frozenset(
    (
        "PYTEST_XDIST_WORKER",
        "PYTEST_XDIST_WORKER_COUNT",
        "workerinput",
        "is_xdist_worker",
        "get_xdist_worker_id",
    )
)
_LOOKUPS = (ast.Call, ast.Subscript, ast.Compare)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_DEPTH = 3  # imports that are followed within the project
_CONTAINERS = frozenset(("list", "dict", "set", "deque", "defaultdict", "Counter", "count", "OrderedDict"))


def _tree(path):
    try:
        with open(path, "rb") as f:
            return ast.parse(f.read())
    except (OSError, SyntaxError, ValueError):
        return None


def _at_import(node):
    """The nodes that are evaluated while the module is imported: all but the bodies of functions."""
    yield node
    for name, value in ast.iter_fields(node):
        if isinstance(node, _FUNCTIONS) and name == "body":
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _at_import(child)


def _asks(node):
    """The word of the worker's contract that this very node looks up, or None."""
    used = [getattr(node, "attr", None), getattr(node, "id", None)]
    for child in ast.iter_child_nodes(node) if isinstance(node, _LOOKUPS) else ():
        used.append(getattr(child, "value", None))  # a constant by itself is only a name
    return next((word for word in used if isinstance(word, str) and word in _WORDS), None)


def _called(node):
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None


@functools.lru_cache(maxsize=None)
def identity(path):
    """(line, word) where the module asks at import which worker it is in; None if it does not."""
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            text = f.read()
    except OSError:
        return None
    tree = _tree(path) if any(word in text for word in _WORDS) else None
    if tree is None:
        return None
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    for node in _at_import(tree):
        if _asks(node):
            return node.lineno, _asks(node)
        asking = functions.get(_called(node))
        for inner in ast.walk(asking) if asking else ():
            if _asks(inner):
                return node.lineno, _asks(inner)
    return None


@functools.lru_cache(maxsize=None)
def _imported(path, root):
    return list(_imports(path, root))


def _imports(path, root):
    """Files of the project that the module imports at its top."""
    tree = _tree(path)
    for node in _at_import(tree) if tree else ():
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names = [module] + [f"{module}.{alias.name}".lstrip(".") for alias in node.names]
        else:
            continue
        for name in filter(None, names):
            inner = name.replace(".", os.sep)
            for base in (os.path.dirname(path), root, os.path.join(root, "src")):
                for file in (os.path.join(base, inner + ".py"), os.path.join(base, inner, "__init__.py")):
                    if os.path.isfile(file):
                        yield file


def conftests(path, root):
    """The conftest.py files that a test file below `root` is under, the nearest first."""
    folder = os.path.dirname(path)
    while True:
        file = os.path.join(folder, "conftest.py")
        if os.path.isfile(file):
            yield file
        if folder in (root, os.path.dirname(folder)):
            return
        folder = os.path.dirname(folder)


def worker_at_import(path, root):
    """(file, line, word) for a test file, its conftests or what they import; None if nobody asks."""
    queue = [(file, 0) for file in (path, *conftests(path, root))]
    seen = set()
    while queue:
        file, depth = queue.pop(0)
        if file in seen:
            continue
        seen.add(file)
        found = identity(file)
        if found:
            return (os.path.relpath(file, root), *found)
        if depth < _DEPTH:
            queue += [(inner, depth + 1) for inner in _imported(file, root)]
    return None


def keeps_state(path):
    """Does the module have variables of its own that its functions may change?"""
    tree = _tree(path)
    if tree is None:
        return False
    if any(isinstance(node, ast.Global) for node in ast.walk(tree)):
        return True
    values = [n.value for n in tree.body if isinstance(n, (ast.Assign, ast.AnnAssign))]
    return any(
        isinstance(v, (ast.List, ast.Dict, ast.Set))
        or isinstance(v, ast.Call)
        and getattr(v.func, "id", getattr(v.func, "attr", "")) in _CONTAINERS
        for v in values
    )
