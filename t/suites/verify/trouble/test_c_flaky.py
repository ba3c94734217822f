"""Passes every other time."""
import os


def test_flaky():
    with open(os.environ["TIMES"], "a+", encoding="utf-8") as f:
        f.write("x")
        f.seek(0)
        assert len(f.read()) % 2


def test_sound():
    pass
