"""Check what tools/events.py noted of a run against what a --dist mode promises.

    placement.py CHECK LOG [MODE]       says what is wrong and fails
    placement.py units LOG MODE         each worker's units in order of their first tests
    placement.py tests LOG WORKER [N]   the (first N) tests of a worker, in order
    placement.py setups LOG SCOPE       how often fixtures of this scope were set up
"""
import json
import sys
from collections import Counter, defaultdict
from itertools import groupby

GROUPS = {
    "test_of_db": "db",
    "TestDb": "db",
    "test_net": "net",
    "test_default_group": "default",
    "test_two_groups": "db_net",
}


def read(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def ids(path):
    with open(path + ".ids", encoding="utf-8") as f:
        return f.read().splitlines()


def by_worker(log):
    workers = defaultdict(list)
    for worker, _, word, *rest in log:
        workers[worker].append((word, *rest))
    return dict(sorted(workers.items()))


def tests(events):
    return [e[1] for e in events if e[0] == "test"]


def unit(nodeid, mode):
    if mode == "loadfile":
        return nodeid.split("::")[0]
    if mode == "loadgroup":
        for name, group in GROUPS.items():
            if name in nodeid:
                return group
        return nodeid
    return nodeid.rsplit("::", 1)[0]


def place(nodeid, scope):
    """Where a fixture of `scope` belongs that the test uses, as the suite names it; None: nowhere."""
    file, *inner = nodeid.split("::")
    module = file[:-3].replace("/", ".")
    if scope == "session":
        return "session"
    if scope == "package":
        return module.split(".")[0] if "." in module else None
    if scope == "class":
        return f"{module}.{inner[0]}" if len(inner) == 2 else None
    return module


class Checks:
    def __init__(self, path, mode=None):
        self.path = path
        self.mode = mode
        self.workers = by_worker(read(path))
        self.ids = ids(path)

    def once(self):
        """Every test ran once; in mode each, once on every worker."""
        ran = Counter(t for events in self.workers.values() for t in tests(events))
        times = len(self.workers) if self.mode == "each" else 1
        wanted = Counter({t: times for t in self.ids})
        assert ran == wanted, f"missing {wanted - ran}, too often {ran - wanted}"

    def together(self):
        """All tests of a unit on one worker, one after the other, in order of collection."""
        seen = {}
        for worker, events in self.workers.items():
            for name, group in groupby(tests(events), lambda t: unit(t, self.mode)):
                group = list(group)
                assert name not in seen, f"{name} on {worker}, and before on {seen[name]}"
                seen[name] = worker
                assert group == [t for t in self.ids if t in group], f"{name}: order {group}"

    def ordered(self):
        """Each worker runs its tests in order of collection."""
        for worker, events in self.workers.items():
            ran = tests(events)
            assert ran == sorted(ran, key=self.ids.index), f"{worker}: {ran}"

    def inorder(self):
        """Each worker runs its tests of a file in order of collection."""
        for worker, events in self.workers.items():
            ran = sorted(tests(events), key=lambda t: t.split("::")[0])
            place = {t: i for i, t in enumerate(self.ids)}
            for file, group in groupby(ran, lambda t: t.split("::")[0]):
                group = [place[t] for t in group]
                assert group == sorted(group), f"{worker}: {file}: {group}"

    def nextitem(self):
        """pytest was told the test that really came next on this worker."""
        for worker, events in self.workers.items():
            told = [e[2] for e in events if e[0] == "test"]
            assert told == [*tests(events)[1:], None], f"{worker}: {told}"

    def fixtures(self):
        """One set-up for each run of tests that need the fixture, one teardown for each, nested."""
        for worker, events in self.workers.items():
            stack = []
            for word, *rest in events:
                if word == "up":
                    stack.append(rest)
                elif word == "down":
                    assert stack and stack[-1] == rest, f"{worker}: {rest} torn down, {stack} are up"
                    stack.pop()
            assert not stack, f"{worker}: {stack} never torn down"
            for scope in ("session", "package", "module", "class"):
                ups = [e[2] for e in events if e[:2] == ("up", scope)]
                runs = [name for name, _ in groupby(place(t, scope) for t in tests(events)) if name]
                assert ups == runs, f"{worker}: {scope} set up for {ups}, needed for {runs}"


def main(check, path, *rest):
    if check == "units":
        for worker, events in by_worker(read(path)).items():
            print(worker, *dict.fromkeys(unit(t, rest[0]) for t in tests(events)))
    elif check == "tests":
        print(*tests(by_worker(read(path)).get(rest[0], []))[: int(rest[1]) if rest[1:] else None], sep="\n")
    elif check == "setups":
        print(sum(e[2:4] == ["up", rest[0]] for e in read(path)))
    else:
        getattr(Checks(path, *rest), check)()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (AssertionError, FileNotFoundError) as e:
        sys.exit(str(e))
