#!/usr/bin/env python3
"""Write the synthetic suites that speed is measured on.

    suites.py FOLDER NAME...     writes FOLDER/NAME for each name
    suites.py --list             says what each is made of

Each suite is one shape of real suites carried to an extreme, so that one cost at a time shows.  The text of a
suite depends on its name alone; files that are there already and are the same are left, with what Python
compiled from them.
"""
import argparse
import sys
from pathlib import Path

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


def s1():
    """10,000 empty tests in 100 files: what a test costs"""
    return _numbered(10_000, 100, "def test_{i}():\n    pass\n")


def s2():
    """1 test with 10,000 parameters in 1 file"""
    return {
        "test_many.py": (
            "import pytest\n\n\n"
            '@pytest.mark.parametrize("number", range(10_000))\n'
            "def test_number(number):\n    assert number >= 0\n"
        )
    }


def s3():
    """500 tests that sleep 10 ms, in 25 files: waiting, which more workers than processors can share"""
    return _numbered(500, 25, "def test_{i}():\n    time.sleep(0.01)\n", "import time\n\n\n")


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


def sk():
    """5,000 empty tests in 50 files, under a conftest with runtest hooks and an autouse fixture"""
    suite = _numbered(5_000, 50, "def test_{i}():\n    pass\n")
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


def sx():
    """1,000 tests in 20 files, of which every second fails"""
    return _numbered(
        1_000,
        20,
        "def test_{i}():\n"
        "    number = {i}\n"
        '    print("number", number)\n'
        '    assert number % 2 == 1, "even"\n',
    )


SUITES = {"S0": s0, "S1": s1, "S2": s2, "S3": s3, "S4": s4, "S5b": s5b, "SF": sf, "SK": sk, "SX": sx}


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
        for name, make in SUITES.items():
            print(f"{name:4} {make.__doc__}")
        return
    if args.folder is None:
        parser.error("FOLDER is missing")
    unknown = [name for name in args.names if name not in SUITES]
    if unknown:
        parser.error(f"no such suite: {', '.join(unknown)}; there are {', '.join(SUITES)}")
    for name in args.names or SUITES:
        print(write(name, args.folder))


if __name__ == "__main__":
    sys.exit(main())
