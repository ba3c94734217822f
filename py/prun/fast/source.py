"""Short cut "source": the syntax tree of a file is made once for the tracebacks that want its statements.

pytest parses the whole file, and walks through the tree, for each failure in it.  Here its module for sources finds
trees that it has asked for before, and of their nodes only those that it looks at.  It changes no tree.

When: always, on a tested release.
"""
import ast
from collections import OrderedDict

from _pytest._code import source

from prun import fast

_MOST = 4  # trees are large, and failures come file by file


class _Ast:
    """The module `ast`, as pytest uses it."""

    def __init__(self):
        self._trees = OrderedDict()  # what was parsed: tree
        self._statements = {}  # id of such a tree: its statements, in the order of ast.walk()

    def __getattr__(self, name):
        return getattr(ast, name)

    def parse(self, *what):
        tree = self._trees.pop(what, None)
        if tree is None:
            tree = ast.parse(*what)
            if len(self._trees) == _MOST:
                _, oldest = self._trees.popitem(last=False)
                self._statements.pop(id(oldest), None)
        self._trees[what] = tree
        return tree

    def walk(self, node):
        if not any(node is tree for tree in self._trees.values()):
            return ast.walk(node)
        if id(node) not in self._statements:
            wanted = (ast.stmt, ast.ExceptHandler)
            self._statements[id(node)] = [x for x in ast.walk(node) if isinstance(x, wanted)]
        return self._statements[id(node)]


def install(config):
    if fast.decide(config, "source", lambda: "" if source.ast is ast else "another parser"):
        source.ast = _Ast()
        config.add_cleanup(lambda: setattr(source, "ast", ast))
