def test_python():
    assert True
