def pytest_generate_tests(metafunc):
    if "made" in metafunc.fixturenames:
        metafunc.parametrize("made", [1, 2])


def test_a(first):
    pass


def test_b(first):
    pass


def test_made(made):
    pass
