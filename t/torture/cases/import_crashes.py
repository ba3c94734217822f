"""A segmentation fault while a test file is imported: the run ends, and says where."""
import os
import signal

OTHERS = "not run"
STATUS = 3
SAYS = "SIGSEGV.* while test_m_import_crashes.py is collected; no test has run"

os.kill(os.getpid(), signal.SIGSEGV)
