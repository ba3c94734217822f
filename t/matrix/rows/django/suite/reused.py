"""A plugin that leaves test databases of an earlier run, for --reuse-db."""
import os
import shutil
import subprocess
import sys

if "PYTEST_XDIST_WORKER" not in os.environ:
    words = [sys.executable, "-m", "pytest", "-q", "--reuse-db", "--create-db", "-p", "no:cacheprovider", "make/test_make.py"]
    if "PYTEST_DISABLE_PLUGIN_AUTOLOAD" in os.environ:
        words += ["-p", "pytest_django.plugin"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    for name in ("shop", "archive"):
        for worker in ("gw0", "gw1"):
            shutil.copy(f"test_{name}.sqlite3", f"test_{name}.sqlite3_{worker}")
    os.unlink("databases-master")
