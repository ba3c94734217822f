"""An import that fails ends the run before any test, as in one process."""
OTHERS = "not run"
STATUS = 2
SAYS = "ERROR test_m_import_fails.py - ZeroDivisionError"

1 / 0
