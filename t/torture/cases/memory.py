"""A test that takes 2 GB."""


def test_it():
    data = bytearray(2 << 30)
    data[:: 4096] = b"x" * len(data[:: 4096])


def test_next():
    pass
