import pytest


@pytest.mark.parametrize("n", range(3))
def test_before(n):
    pass


class TestBefore:
    @pytest.fixture(scope="class")
    def thing(self):
        return object()

    def test_first(self, thing):
        print("before")

    def test_second(self, thing, tmp_path):
        (tmp_path / "file").write_text("x")
