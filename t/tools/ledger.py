"""pytest plugin: who ran while whom, as lines "+ worker name" and "- worker name" in $LEDGER; and a check of them.

    ledger.py FILE [NAME,NAME=MOST...]      says where more tests than that whose names begin so ran at once, and
                                            where anything ran beside one whose name begins with test_serial

A test that ends its process says so itself first, with leave().
"""
import os
import sys

try:
    import pytest
except ImportError:
    pytest = None


def note(sign, name):
    fd = os.open(os.environ["LEDGER"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(fd, f"{sign} {os.environ.get('PYTEST_XDIST_WORKER', 'master')} {name}\n".encode())
    os.close(fd)


def leave(request):
    note("-", request.node.name)


def read():
    with open(os.environ["LEDGER"], encoding="utf-8") as f:
        return [line.split() for line in f]


def linger():
    """Let others run, as long as that may take."""
    for _ in range(100):
        os.sched_yield()


def meet(number):
    """Wait until so many tests have begun."""
    while sum(sign == "+" for sign, *_ in read()) < number:
        os.sched_yield()


if pytest:

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(item):
        note("+", item.name)
        linger()
        yield
        note("-", item.name)


def check(path, limits):
    """limits: {names joined by commas: how many tests whose names begin so may run at once}."""
    os.environ["LEDGER"] = path
    running = set()
    for sign, worker, name in read():
        (running.add if sign == "+" else running.discard)((worker, name))
        names = sorted(name for _, name in running)
        if len(names) > 1 and any(name.startswith("test_serial") for name in names):
            yield f"at once: {names}"
        for prefixes, most in limits.items():
            if sum(name.startswith(tuple(prefixes.split(","))) for name in names) > most:
                yield f"more than {most} at once: {names}"


if __name__ == "__main__":
    limits = dict(argument.split("=") for argument in sys.argv[2:])
    sys.exit("\n".join(check(sys.argv[1], {names: int(most) for names, most in limits.items()})) or None)
