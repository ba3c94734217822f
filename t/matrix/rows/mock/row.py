"""pytest-mock: mocker in every scope."""
from matrix import Case

DISTRIBUTIONS = {"pytest-mock": "pytest_mock"}
DEBIAN = ["python3-pytest-mock"]
CASES = [Case("scopes", modes=("load", "loadscope", "loadfile", "worksteal"))]
