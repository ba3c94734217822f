"""
>>> 1
1
"""
import no_such_module_for_doctest  # noqa: F401
