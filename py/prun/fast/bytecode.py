"""Short cut "bytecode": what pytest has kept of a file that it rewrote is read in one piece.

pytest reads the code from the open file, for which marshal calls the file's method for each number and each name: a file
of 100 tests takes 0.3 ms, ten times as long as from memory.  What cannot be read is left to marshal's own way, so that
pytest hears the same of it.

When: always, on a tested release.  Files that pytest has imported before, as the first conftest.py, were read its way.
"""
import marshal

from _pytest.assertion import rewrite

from prun import fast


_load = marshal.load


class _Marshal:
    """The module `marshal`, as pytest uses it."""

    def __getattr__(self, name):
        return getattr(marshal, name)

    def load(self, file):
        if marshal.load is not _load:
            return marshal.load(file)
        begin = file.tell()
        try:
            return marshal.loads(file.read())
        except Exception:
            file.seek(begin)
            return marshal.load(file)


def install(config):
    if fast.decide(config, "bytecode", lambda: "" if rewrite.marshal is marshal else "another marshal"):
        rewrite.marshal = ours = _Marshal()
        config.add_cleanup(lambda: rewrite.marshal is ours and setattr(rewrite, "marshal", marshal))
