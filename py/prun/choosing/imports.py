"""Which files of a project a Python file imports, as far as its text says so; nothing is run."""
import ast
import os
import re

# Strings that name modules: mock.patch("a.b.c"), pytest_plugins = ["a.b"], "a.b:main".
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")
_IMPORTERS = frozenset(("import_module", "__import__", "importorskip"))


class _Names(ast.NodeVisitor):
    """absolute: names of modules, perhaps with attributes; relative: (level, name); strings: all of them."""

    def __init__(self):
        self.absolute = set()
        self.relative = set()
        self.strings = set()

    def visit_Import(self, node):
        self.absolute.update(alias.name for alias in node.names)

    def visit_ImportFrom(self, node):
        base = node.module or ""
        names = [base, *(f"{base}.{alias.name}".lstrip(".") for alias in node.names if alias.name != "*")]
        if node.level:
            self.relative.update((node.level, name) for name in names)
        else:
            self.absolute.update(names)

    def visit_Constant(self, node):
        if type(node.value) is str:
            self.strings.add(node.value)
            name = node.value.partition(":")[0]
            if _DOTTED.fullmatch(name):
                self.absolute.add(name)

    def visit_Call(self, node):
        name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
        if name in _IMPORTERS:
            self._add_words(node.args[:1])
        self.generic_visit(node)

    def visit_Assign(self, node):
        if any(getattr(target, "id", None) == "pytest_plugins" for target in node.targets):
            self._add_words([node.value, *getattr(node.value, "elts", ())])
        self.generic_visit(node)

    def _add_words(self, nodes):
        self.absolute.update(n.value for n in nodes if isinstance(n, ast.Constant) and type(n.value) is str)


def _names(file):
    names = _Names()
    try:
        with open(file, "rb") as f:
            names.visit(ast.parse(f.read()))
    except (OSError, SyntaxError, ValueError, RecursionError):
        pass  # deleted, or no Python
    return names


class Graph:
    """files: those of the project, absolute and real, gone ones included; roots: folders in which modules are looked
    for; loaded: {name of a module: file}, what is known without looking."""

    def __init__(self, files, roots, loaded):
        self._files = files
        self._roots = list(dict.fromkeys(roots))
        self._loaded = loaded
        self._found = {}  # name: files
        self._direct = {}  # file: (files, strings)

    def _modules(self, folder, name):
        """Files of a module, which may be a package, and of the packages that it is in, below a folder."""
        path = folder
        for word in filter(None, name.split(".")):
            path = os.path.join(path, word)
            for candidate in (path + ".py", os.path.join(path, "__init__.py")):
                if candidate in self._files:
                    yield candidate

    def _absolute(self, name):
        found = self._found.get(name)
        if found is None:
            found = {file for root in self._roots for file in self._modules(root, name)}
            words = name.split(".")
            prefixes = (".".join(words[:n]) for n in range(1, len(words) + 1))
            found.update(self._loaded[prefix] for prefix in prefixes if prefix in self._loaded)
            self._found[name] = found
        return found

    def _relative(self, file, level, name):
        folder = os.path.dirname(file)
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        yield from self._modules(folder, name)
        package = os.path.join(folder, "__init__.py")
        if package in self._files:
            yield package

    def direct(self, file):
        """(files that it imports, strings in it)"""
        found = self._direct.get(file)
        if found is None:
            names = _names(file) if file.endswith(".py") else _Names()
            files = set()
            for name in names.absolute:
                files |= self._absolute(name)
            for level, name in names.relative:
                files.update(self._relative(file, level, name))
            found = self._direct[file] = files, names.strings
        return found


def reaching(start, edges, targets):
    """Those of `start` from which one of `targets` can be reached; edges(node) gives the next ones."""
    back, seen, queue = {}, set(start), list(start)
    while queue:
        node = queue.pop()
        for after in edges(node):
            back.setdefault(after, []).append(node)
            if after not in seen:
                seen.add(after)
                queue.append(after)
    found, queue = set(), [target for target in targets if target in seen]
    while queue:
        node = queue.pop()
        if node not in found:
            found.add(node)
            queue += back.get(node, ())
    return found.intersection(start)
