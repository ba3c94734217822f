"""The working directory changed, and removed."""
import os


def test_changed():
    os.chdir("/")


def test_removed(tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    os.chdir(folder)
    folder.rmdir()


def test_next():
    pass
