"""An assertion message of 10 MB."""
EXPECT = {"test_it": "failed"}


def test_it():
    assert 0, "long " * (2 << 20)


def test_next():
    pass
