"""What runs, fitted into the columns that are left."""
import pytest
from _pytest._io.wcwidth import wcswidth

from prun.live import line

LONG = "tests/network/test_transfer.py::TestUpload::test_of_a_large_file[http://a/b::c-1]"


def test_whole_where_there_is_room():
    assert line.fit([(12.9, LONG), (0.4, "t/test_b.py::test_b")], 120) == f"12s {LONG}, 0s t/test_b.py::test_b"


@pytest.mark.parametrize(
    "room, text",
    [
        (85, "12s test_transfer.py::test_of_a_large_file[http://a/b::c-1], 0s test_b.py::test_b"),
        (60, "12s test_of_a_large_file[http://a/b::c-1], 0s test_b"),
        (50, "12s test_of_a_large_file[http://a/b::c-1] +1"),
        (20, "12s test_of_a_la… +1"),
        (5, "1… +1"),
    ],
)
def test_shorter(room, text):
    assert line.fit([(12.9, LONG), (0.4, "t/test_b.py::test_b")], room) == text


@pytest.mark.parametrize("room", range(9, 120))
@pytest.mark.parametrize("name", [LONG, "t.py::test[漢字漢字漢字]", "t.py::test\n[\x1b]", "a file.txt"])
def test_never_wider(room, name):
    running = [(100.0, name), (70.0, name), (1.0, name)]
    assert wcswidth(line.fit(running, room)) <= room
    assert wcswidth(line.fit(running[:1], room)) <= room


@pytest.mark.parametrize("seconds, text", [(0.9, "0s"), (59.9, "59s"), (60, "1:00"), (3661, "1:01:01")])
def test_ages(seconds, text):
    assert line.fit([(seconds, "t")], 20) == f"{text} t"
