"""50,000 files."""
LARGE = True
FILES = 50_000
LIMIT = 900
MODES = ("load", "loadfile")


def test_one():
    pass
