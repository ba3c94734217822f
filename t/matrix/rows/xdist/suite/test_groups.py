import pytest


@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("n", [f"one-{i}" for i in range(5)])
def test_first(n):
    pass


def test_free():
    pass


@pytest.mark.xdist_group(name="two")
@pytest.mark.parametrize("n", [f"two-{i}" for i in range(4)])
def test_second(n):
    pass


@pytest.mark.parametrize("n", [pytest.param(f"one-{i}", marks=pytest.mark.xdist_group("one")) for i in range(5, 7)])
def test_with_first(n):
    pass


@pytest.mark.xdist_group("of_class")
class TestClass:
    seen = []

    def test_a_of_class(self):
        self.seen.append("a")

    def test_b_of_class(self):
        assert self.seen == ["a"]


@pytest.mark.xdist_group
def test_c_default():
    pass


@pytest.mark.xdist_group
def test_d_default():
    assert not "fails"


@pytest.mark.xdist_group("one")
@pytest.mark.xdist_group("two")
def test_both():
    pass


@pytest.mark.parametrize("n", ["a@b", "c]@d"])
def test_sign_in_id(n):
    pass
