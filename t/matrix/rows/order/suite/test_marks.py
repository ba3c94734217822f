import pytest


@pytest.mark.order(-1)
def test_last():
    pass


@pytest.mark.order("second")
def test_second():
    pass


def test_unordered():
    pass


@pytest.mark.order(after="test_second")
def test_after_second():
    pass


@pytest.mark.order("first")
def test_first():
    pass


@pytest.mark.order(before="test_relations.py::test_target")
def test_before_target():
    pass


@pytest.mark.order(index=3)
@pytest.mark.parametrize("n", range(4))
def test_parameters(n):
    assert n != 2


@pytest.mark.order(5)
class TestClass:
    @pytest.mark.order(2)
    def test_b(self):
        pass

    @pytest.mark.order(1)
    def test_a(self):
        pass
