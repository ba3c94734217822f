import os

import pytest


@pytest.mark.parametrize("n", range(3))
def test_after(n, tmp_path):
    (tmp_path / "file").write_text("x")


def test_prints(capfd):
    os.write(1, b"written\n")
    assert capfd.readouterr().out == "written\n"
