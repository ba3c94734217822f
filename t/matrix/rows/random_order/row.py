"""pytest-random-order: buckets, seeds and what is left in order."""
from matrix import Case, in_order

DISTRIBUTIONS = {"pytest-random-order": "random_order"}
DEBIAN = ["python3-pytest-random-order"]
ALL = ("load", "loadscope", "loadfile", "loadgroup", "worksteal")
SEED = "--random-order-seed=4711"


def shuffled(peer, prun):
    yield from in_order(peer, prun)
    if peer.record.ids == sorted(peer.record.ids):
        yield "the order is not random"


CASES = [
    Case("--random-order", ("--random-order", SEED), check=shuffled, modes=ALL),
    *(
        Case(f"--random-order-bucket={bucket}", (f"--random-order-bucket={bucket}", SEED), check=shuffled, modes=("load", "loadscope"))
        for bucket in ("class", "package", "global", "grandparent")
    ),
    Case("without an option", check=in_order, modes=("load",)),
    Case("--random-order with --ff", ("--random-order", SEED, "--ff"), check=shuffled, modes=("load",)),
]
