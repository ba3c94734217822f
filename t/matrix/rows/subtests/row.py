"""pytest-subtests: the fixture and unittest's subTest, with an older pytest that has none of its own."""
import os
import sys

from matrix import Case, same_shown

sys.path.insert(0, os.path.dirname(__file__))
from subtests_checks import LAST_FAILED, same_letters, same_words  # noqa: E402

DISTRIBUTIONS = {"pytest-subtests": "subtests"}
DEBIAN = ["python3-pytest-subtests"]
PYPI = ["pytest<9", "pytest-subtests"]  # pytest 9 has its own, see the row subtests9
NEW = {"pytest-subtests": "0.12"}
CASES = [
    Case("letters, counts, lastfailed", ("test_fixture.py",), check=same_letters, files=LAST_FAILED),
    Case("-v", ("test_fixture.py", "-v"), check=same_words),
    Case("what failures show", ("test_fixture.py", "-rA", "-ojunit_logging=all"), check=same_shown),
    Case("unittest", ("test_unittest.py", "-rA", "-ojunit_logging=all"), check=same_shown),
    Case("--no-subtests-shortletter", ("test_fixture.py", "--no-subtests-shortletter"), check=same_letters, modes=("load",), needs=NEW),
    Case("--no-subtests-reports", ("test_fixture.py", "-v", "--no-subtests-reports"), check=same_words, modes=("load",), needs={"pytest-subtests": "0.14"}),
    Case("-x", ("test_fixture.py", "-x", "-k", "test_parameters"), modes=("load",)),
]
