"""os._exit(0) while a test file is imported: the run ends, and is no success."""
import os

OTHERS = "not run"
STATUS = 3
SAYS = r"os._exit\(\) while test_m_import_exits.py is collected; no test has run"

os._exit(0)
