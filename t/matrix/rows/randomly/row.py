"""pytest-randomly: the order that a seed makes, and the numbers that each test draws."""
import json

from matrix import Case, in_order, json_data, queues

DISTRIBUTIONS = {"pytest-randomly": "pytest_randomly"}
# The generators that it seeds where they are there.
PYPI = ["pytest-randomly", "numpy", "faker", "factory-boy"]


def drawn(path):
    """{test: what it drew}, from a file to which every test adds a line."""
    with open(path, encoding="utf-8") as f:
        return dict(map(json.loads, f))


def shuffled(peer, prun):
    yield from in_order(peer, prun)
    if peer.record.ids == sorted(peer.record.ids):
        yield "the order is not random"


def from_one_seed(peer, prun):
    """What a test draws depends on which tests its process ran before; every process starts from the seed."""
    yield from shuffled(peer, prun)
    first = [drawn(run.path("drew.jsonl")) for run in (peer, prun)]
    starts = {next(iter(first[0].values()))["setup"][0]}
    for ran in queues(prun).values():
        drew = [first[1][test]["setup"][0] for test in ran if test in first[1]]
        if drew and drew[0] not in starts:
            yield f"a worker's first number is {drew[0]}, that of the seed {starts}"


DREW = {"drew.jsonl": drawn}
SEED = "--randomly-seed=4711"
CASES = [
    Case("--randomly-seed", (SEED,), DREW, shuffled, modes=("load", "loadscope", "loadfile", "loadgroup", "worksteal")),
    Case(
        "--randomly-seed=last",
        ("--randomly-seed=last", "-ocache_dir=seeds"),
        {**DREW, "seeds/v/randomly_seed": json_data},
        shuffled,
        modes=("load",),
    ),
    Case("--randomly-dont-reorganize", (SEED, "--randomly-dont-reorganize"), DREW, in_order),
    Case("--randomly-dont-reset-seed", (SEED, "--randomly-dont-reset-seed", "test_more.py"), check=from_one_seed),
    Case("-p no:randomly", ("-p", "no:randomly", "test_more.py"), check=in_order, modes=("load",)),
]
