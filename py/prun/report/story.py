"""Events put together: what became of each test.  A sink, from which documents are made when the run is over."""
from itertools import chain


class Story:
    def __init__(self):
        self.run = {}  # the event run_start
        self.end = {}  # the event run_end
        self.collected = {"ids": [], "seconds": 0.0}
        self.deselected = []  # node ids
        self.not_collected, self.warnings, self.errors = [], [], []  # events of that kind
        self.workers = {}  # name: {"up", "down": seconds since 1970 or None, "pid", "error"}
        self.shared = []  # fixtures that were set up once for the run
        self.tests = []  # the events test_end, in their order

    def event(self, event):
        getattr(self, "_" + event["event"], lambda event: None)(event)

    def _run_start(self, event):
        self.run = event

    def _run_end(self, event):
        self.end = event

    def _collected(self, event):
        self.collected = event

    def _deselected(self, event):
        self.deselected += event["ids"]

    def _not_collected(self, event):
        self.not_collected.append(event)

    def _warning(self, event):
        self.warnings.append(event)

    def _internal_error(self, event):
        self.errors.append(event)

    def _worker_up(self, event):
        self.workers[event["worker"]] = {"up": event["time"], "down": None, "pid": event["pid"], "error": None}

    def _worker_down(self, event):
        lane = self.workers.setdefault(event["worker"], {"up": None, "pid": None})
        lane.update(down=event["time"], error=event["error"])

    def _fixture(self, event):
        self.shared.append(event)

    def _test_end(self, event):
        self.tests.append(event)

    # ---- asked when the run is over ----

    def attempts(self):
        """{(node id, worker with --dist each, else None): its test_end events}"""
        each = self.run.get("mode") == "each"
        found = {}
        for test in self.tests:
            found.setdefault((test["id"], test["worker"] if each else None), []).append(test)
        return found

    def fixtures(self):
        """[((name, scope, where it is defined), [seconds in all, how often, longest])], those first that took longest."""
        found = {}
        for fixture in chain(self.shared, *(test.get("fixtures", ()) for test in self.tests)):
            sums = found.setdefault((fixture["name"], fixture["scope"], fixture["where"]), [0.0, 0, 0.0])
            sums[0] += fixture["duration"]
            sums[1] += 1
            sums[2] = max(sums[2], fixture["duration"])
        return sorted(found.items(), key=lambda pair: -pair[1][0])

    def flaky(self):
        """Attempts of each test that was run again and passed then."""
        return [
            tests
            for tests in self.attempts().values()
            if len(tests) > 1 and tests[-1]["outcome"] == "passed" and any(t["outcome"] != "passed" for t in tests)
        ]
