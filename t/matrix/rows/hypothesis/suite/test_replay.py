import pathlib

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

TRIED = pathlib.Path("tried")
again = pathlib.Path(".hypothesis/examples").is_dir()


@settings(max_examples=500, deadline=None, phases=[Phase.reuse, Phase.generate, Phase.shrink])
@given(st.integers(0, 1 << 20))
def test_remembers(n):
    with TRIED.open("a") as f:
        print(n, file=f)
    assert n < 1000


def test_other():
    pass


if again:
    with TRIED.open("a") as f:
        print("again", file=f)
