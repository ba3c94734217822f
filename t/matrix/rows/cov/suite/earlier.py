"""A plugin that leaves data of an earlier run, which --cov-append adds to."""
import os
import subprocess
import sys

if "PYTEST_XDIST_WORKER" not in os.environ:
    code = "from shop import tax, never; tax.rate('cars'); never.unused(0)"
    with open("earlier_run.py", "w") as f:
        f.write(code)
    words = [sys.executable, "-m", "coverage", "run", "--branch", "--source=shop", "earlier_run.py"]
    subprocess.run(words, check=True)
