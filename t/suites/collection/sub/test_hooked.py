"""A module that answers for any attribute."""


def __getattr__(name):
    if name == "test_absent":
        return 1
    raise AttributeError(name)


def test_a(first):
    pass


def test_b(first):
    pass


def test_c():
    pass
