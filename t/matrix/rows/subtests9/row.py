"""subtests of pytest 9: the fixture."""
import os
import sys

from matrix import Case, same_shown

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(__file__)), "subtests"))
from subtests_checks import LAST_FAILED, same_letters, same_words  # noqa: E402

DISTRIBUTIONS = {"pytest": None}
NEW = {"pytest": "9"}
CASES = [
    Case("letters, counts, lastfailed", ("test_fixture.py",), check=same_letters, files=LAST_FAILED, needs=NEW),
    Case("-v", ("test_fixture.py", "-v"), check=same_words, needs=NEW),
    Case("verbosity_subtests", ("test_fixture.py", "-v", "-overbosity_subtests=0"), check=same_words, modes=("load",), needs=NEW),
    Case("what failures show", ("test_fixture.py", "-rA", "-ojunit_logging=all"), check=same_shown, needs=NEW),
    Case("unittest", ("test_unittest.py", "-rA", "-ojunit_logging=all"), check=same_shown, needs=NEW),
    Case("-x", ("test_fixture.py", "-x", "-k", "test_parameters"), modes=("load",), needs=NEW),
]
