#!/usr/bin/env python3
"""Write the synthetic suites that speed is measured on.

    suites.py FOLDER NAME...     writes FOLDER/NAME for each name
    suites.py --list             says what each is made of

Those called S... are ours; peersuites.py has the shapes that other runners measure themselves on.

Each suite is one shape of real suites carried to an extreme, so that one cost at a time shows.  The text of a
suite depends on its name alone; files that are there already and are the same are left, with what Python
compiled from them.
"""
import argparse
import sys
from pathlib import Path

import peersuites
from peersuites import sized

# A suite of its own: no configuration of a folder above may leak in.
_INI = "[pytest]\n"

_BUSY = '''\
import time


def busy(seconds):
    """Use the processor for so long."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


'''


def _numbered(count, files, body, head=""):
    """`count` tests made from `body` (with {i}), spread evenly over `files` files: {name: text}."""
    each = count // files
    return {
        f"test_{f:03}.py": head + "\n\n".join(body.format(i=i) for i in range(f * each, (f + 1) * each))
        for f in range(files)
    }


def s0():
    """1 empty test: what starting costs"""
    return {"test_one.py": "def test_one():\n    pass\n"}


def s1(count=10_000, files=100):
    """10,000 empty tests in 100 files: what a test costs"""
    return _numbered(count, files, "def test_{i}():\n    pass\n")


def s2():
    """1 test with 10,000 parameters in 1 file"""
    return {
        "test_many.py": (
            "import pytest\n\n\n"
            '@pytest.mark.parametrize("number", range(10_000))\n'
            "def test_number(number):\n    assert number >= 0\n"
        )
    }


def s3(seconds=0.01):
    """500 tests that sleep 10 ms, in 25 files: waiting, which more workers than processors can share"""
    return _numbered(500, 25, f"def test_{{i}}():\n    time.sleep({seconds})\n", "import time\n\n\n")


def s4():
    """200 tests that compute for 5 ms, in 10 files: what processors can share"""
    return _numbered(200, 10, "def test_{i}():\n    busy(0.005)\n", _BUSY)


def s5b():
    """300 tests that sleep 10 ms, and one that sleeps 3 s and comes last: a long tail"""
    suite = _numbered(300, 15, "def test_{i}():\n    time.sleep(0.01)\n", "import time\n\n\n")
    suite["test_zlast.py"] = "import time\n\n\ndef test_long():\n    time.sleep(3)\n"
    return suite


def sf():
    """2,000 tests with 5 fixtures each, tmp_path, capsys and monkeypatch among them, in 40 files"""
    suite = _numbered(
        2_000,
        40,
        "def test_{i}(tmp_path, capsys, monkeypatch, shop, cart):\n"
        '    monkeypatch.setenv("SHOP", "open")\n'
        '    (tmp_path / "cart.txt").write_text(str(cart))\n'
        "    print(len(shop))\n"
        '    assert capsys.readouterr().out == "3\\n"\n',
    )
    suite["conftest.py"] = (
        "import pytest\n\n\n"
        '@pytest.fixture(scope="module")\n'
        'def shop():\n    return {"apple": 1, "pear": 2, "plum": 3}\n\n\n'
        "@pytest.fixture\n"
        "def cart(shop):\n    goods = list(shop)\n    yield goods\n    goods.clear()\n"
    )
    return suite


def sk(count=5_000, files=50):
    """5,000 empty tests in 50 files, under a conftest with runtest hooks and an autouse fixture"""
    suite = _numbered(count, files, "def test_{i}():\n    pass\n")
    suite["conftest.py"] = (
        "import pytest\n\nseen = []\n\n\n"
        "def pytest_runtest_setup(item):\n    seen.append(item.nodeid)\n\n\n"
        "@pytest.hookimpl(hookwrapper=True)\n"
        "def pytest_runtest_makereport(item, call):\n"
        "    outcome = yield\n"
        "    outcome.get_result().duration_ms = 1000 * call.duration\n\n\n"
        "@pytest.fixture(autouse=True)\n"
        "def clean():\n    yield\n    seen.clear()\n"
    )
    return suite


def sp():
    """400 tests in 20 modules that import pandas: what a worker's own imports cost"""
    return _numbered(
        400,
        20,
        "def test_{i}():\n"
        '    frame = pandas.DataFrame({{"number": range({i}, {i} + 10)}})\n'
        "    assert frame.number.sum() == 10 * {i} + 45\n",
        "import pandas\n\n\n",
    )


def sx(count=1_000, files=20):
    """1,000 tests in 20 files, of which every second fails"""
    return _numbered(
        count,
        files,
        "def test_{i}():\n"
        "    number = {i}\n"
        '    print("number", number)\n'
        '    assert number % 2 == 1, "even"\n',
    )


def sl():
    """1,000 tests that sleep 5 ms, in 20 files; the 300th writes down when it failed: what -x takes"""
    suite = _numbered(1_000, 20, "def test_{i}():\n    time.sleep(0.005)\n", "import time\n\n\n")
    suite["test_005.py"] += (
        "\n\ndef test_fails():\n"
        '    with open("failed.txt", "w") as file:\n'
        "        file.write(str(time.monotonic()))\n"
        "    assert False\n"
    )
    return suite


OURS = {
    "S0": s0, "S1": s1, "S2": s2, "S3": s3, "S4": s4, "S5b": s5b, "SF": sf, "SK": sk, "SX": sx, "SP": sp,
}  # fmt: skip
# For measures that are no race.
OTHERS = {
    "SL": sl,
    "S3-0": sized(s3, "500 tests that sleep for no time, in 25 files", seconds=0),
    "S1-500": sized(s1, "500 empty tests in 10 files", count=500, files=10),
    "SK-500": sized(sk, "500 empty tests in 10 files, under hooks and a fixture", count=500, files=10),
    "SX-200": sized(sx, "200 tests in 10 files, of which every second fails", count=200, files=10),
}
SUITES = {**OURS, **peersuites.SUITES, **OTHERS}
GROUPS = {"ours": [*OURS], "peers": [*peersuites.SUITES], "all": [*OURS, *peersuites.SUITES]}
# Seconds that serial pytest takes, roughly; of one not named: start-up and 300 µs a test.
_SECONDS = {"S3": 5.6, "S4": 1.5, "S5b": 6.5, "SF": 3.5, "SK": 2.5, "SX": 2.5, "SP": 1.5, "SL": 6}
_TESTS = {"S0": 1, "S1": 10_000, "S2": 10_000, **peersuites.TESTS}


def about(name):
    """Roughly how many seconds serial pytest takes for a suite."""
    return _SECONDS.get(name) or 0.3 + 300e-6 * _TESTS.get(name, 500)


def says(name):
    """What a suite is made of."""
    return SUITES[name].__doc__


def named(words):
    """The names that words stand for, suites or groups, without doubles.  KeyError: there is none such."""
    names = [name for word in words for name in (GROUPS.get(word) or [word])]
    return [name for name in dict.fromkeys(names) if SUITES[name]]


def write(name, folder):
    """Write suite `name` below `folder`; returns its path."""
    target = Path(folder) / name
    target.mkdir(parents=True, exist_ok=True)
    files = {"pytest.ini": _INI, **SUITES[name]()}
    for stale in target.glob("*.py"):
        if stale.name not in files:
            stale.unlink()
    for file, text in files.items():
        path = target / file
        if not path.is_file() or path.read_text() != text:
            path.write_text(text)
    return target


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="say what the suites are made of, and end")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    args = parser.parse_args()
    if args.list:
        for name in SUITES:
            print(f"{name:15} {says(name)}")
        return
    if args.folder is None:
        parser.error("FOLDER is missing")
    try:
        names = named(args.names or SUITES)
    except KeyError as e:
        parser.error(f"no such suite: {e.args[0]}; there are {', '.join([*SUITES, *GROUPS])}")
    for name in names:
        print(write(name, args.folder))


if __name__ == "__main__":
    sys.exit(main())
