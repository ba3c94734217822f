import pytest


@pytest.mark.parametrize("n", range(4))
def test_top(n):
    pass


@pytest.mark.xdist_group(name="db")
class TestDb:
    @pytest.mark.parametrize("n", range(3))
    def test_db(self, n):
        pass


@pytest.mark.xdist_group("net")
@pytest.mark.parametrize("n", range(2))
def test_net(n):
    pass


@pytest.mark.xdist_group
def test_default_group():
    pass


@pytest.mark.xdist_group("db")
@pytest.mark.xdist_group("net")
def test_two_groups():
    pass


@pytest.mark.parametrize("mail", ["a@b"])
def test_at_sign(mail):
    pass
