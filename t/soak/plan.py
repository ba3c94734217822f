"""What one run of the soak does: a suite, options, faults and signals, all drawn from one seed."""
import os
import random
import shutil

HERE = os.path.dirname(os.path.abspath(__file__))
MODES = ("load", "loadscope", "loadfile", "loadgroup", "worksteal", "duration", "each")
SCOPES = ("function", "class", "module", "package", "session")
PHASES = ("setup", "call", "teardown")


def _faults():
    with open(os.path.join(HERE, "suite", "faults.py"), encoding="utf-8") as f:
        names = [line[4:].partition("(")[0] for line in f if line.startswith("def ") and line[4] != "_"]
    kinds = {}
    for name in names:
        kinds.setdefault(name.partition("_")[0], []).append(name)
    return kinds


FAULTS = _faults()
MARKS = (
    "serial", 'resource("a")', 'resource("b", slots=2)', 'resource("c", slots=3)', "priority(1)", "priority(-1)",
)
USUAL = [("die", 4), ("fail", 6), ("maybe", 1), ("harm", 3), ("fine", 8)]


class Allowed:
    """What may become of a test: words of its outcome beside "passed"; `must_fail`: anything but "passed" alone."""

    def __init__(self):
        self.words = set()
        self.must_fail = False

    def add(self, fault, phase):
        kind = fault.partition("_")[0]
        if kind in ("die", "maybe", "harm"):
            self.words.add("crashed")
        if kind in ("fail", "maybe"):
            self.words.add("failed" if phase == "call" else f"error at {phase}")


class Plan:
    def __init__(self, seed, run):
        self.random = random.Random(f"{seed}:{run}")
        draw = self.random
        self.workers = draw.choice([1, 2, 2, 3, 4])
        self.mode = draw.choice(MODES)
        self.exact = draw.random() < 0.1
        self.ill = draw.choice([0, 0.02, 0.05, 0.1, 0.2, 0.5])  # how likely a fault is
        self.kinds = draw.sample(USUAL, draw.randint(1, len(USUAL)))
        self.order = draw.choice(FAULTS["order"]) if draw.random() < 0.12 else None
        self.signals = self._signals()  # [(seconds, name), ...]
        self.limit = draw.choice([16, 24, 32, 48, 64, 128]) if draw.random() < 0.08 else None
        self.maxfail = draw.choice([1, 1, 2, 5]) if draw.random() < 0.15 else 0
        self.maxrestart = draw.choice([0, 1, 3]) if draw.random() < 0.15 else None
        self.silent = draw.random() < 0.05
        self.options = self._options()
        # By draws of their own, so that older seeds go on to mean what they meant.
        self.marking = random.Random(f"{seed}:{run}:marks")
        self.marked = self.marking.choice([0, 0, 0, 0.1, 0.5]) if self.mode != "each" else 0
        if self.mode != "each" and self.marking.random() < 0.1:
            self.options.append(f"--max-memory={self.marking.choice(['1M', '60M'])}")
        self.harms = False  # does a test harm other processes?
        self.tests = {}  # id: Allowed
        self.files = {}  # name: text
        self.common = Allowed()  # what may become of any test
        self.told = set()  # faults that the suite has
        self._write_suite()

    def _signals(self):
        draw = self.random
        if draw.random() >= 0.15:
            return []
        names = draw.choice([["INT"], ["INT"], ["INT", "INT"], ["TERM"], ["HUP"], ["KILL"], ["TSTP"], ["TSTP", "TSTP"]])
        return sorted((round(draw.uniform(0.0, 1.2), 3), name) for name in names)

    def _options(self):
        draw = self.random
        options = ["-n", str(self.workers), "--dist", self.mode]
        if self.exact:
            options.append("--xdist-exact")
        if self.maxfail:
            options += ["-x"] if self.maxfail == 1 else [f"--maxfail={self.maxfail}"]
        if self.maxrestart is not None:
            options.append(f"--max-worker-restart={self.maxrestart}")
        if self.silent:
            options += ["-p", "no:terminal"]
        for option in (["-p", "no:cacheprovider"], ["-s"], ["--capture=sys"], ["--maxschedchunk=2"],
                       ["--no-loadscope-reorder"], ["-p", "no:faulthandler"], ["--durations=3"], *[["-v"], ["-q"], ["-rA"]] * (not self.silent)):
            if draw.random() < 0.1:
                options += option
        return options

    # ---- the suite ----

    def _fault(self):
        """Perhaps the name of one."""
        draw = self.random
        if draw.random() >= self.ill:
            return None
        kinds, weights = zip(*self.kinds)
        return draw.choice(FAULTS[draw.choices(kinds, weights)[0]])

    def _fixture(self, name, scope, users):
        """Its text.  users: the Allowed of all tests in whose phases it may be set up or torn down."""
        lines = [f'@pytest.fixture(scope="{scope}")', f"def {name}():"]
        for phase in ("setup", "teardown"):
            fault = self._fault()
            if fault:
                lines.append(f"    faults.{fault}()")
                for user in users:
                    user.add(fault, phase)
                self._harm(fault)
            lines += ["    yield"] * (phase == "setup")
        return "\n".join(lines) + "\n\n\n"

    def _harm(self, fault):
        if fault.startswith("harm"):
            self.harms = True
            self.common.words.add("crashed")
        # The interrupt then goes to another thread, and comes when the main one looks again: in any phase of any test.
        self.told.add(fault)
        if self.told >= {"fine_blocked", "maybe_interrupt_self"}:
            for phase in ("setup", "call", "teardown"):
                self.common.add("maybe_interrupt_self", phase)

    def _write_suite(self):
        draw = self.random
        nfiles = draw.randint(1, 5)
        budget = draw.choice([1, 3, 10, 30, 60, 200])
        for i in range(nfiles):
            name = f"test_{i}.py" if draw.random() < 0.7 else f"pack/test_{i}.py"
            self._write_file(name, draw.randint(0, max(1, budget // nfiles)))
        if any(name.startswith("pack/") for name in self.files):
            self.files["pack/__init__.py"] = ""
        if self.order and self.tests:
            # Last in the text: the test has no other part in it.
            self.files["test_order.py"] = f"import faults\n\n\ndef test_order():\n    faults.{self.order}()\n"
            self.tests["test_order.py::test_order"] = Allowed()

    def _write_file(self, name, ntests):
        draw = self.random
        scopes = draw.sample(SCOPES, draw.randint(0, 3))
        here = [Allowed() for _ in range(ntests)]
        # Those of a package or session end with whatever test comes last.
        text = "".join(
            self._fixture(f"{scope}_fixture", scope, [self.common] if scope in ("package", "session") else here)
            for scope in scopes
        )
        inside = None
        for i in range(ntests):
            if draw.random() < 0.15:
                inside = draw.choice([None, f"TestClass{i}"])
                text += f"class {inside}:\n" if inside else ""
            ident = "".join(f"{part}::" for part in (name, inside) if part) + f"test_{i}"
            self.tests[ident] = here[i]
            text += self._test(i, inside, scopes, here[i])
        self.files[name] = "import faults\nimport pytest\n\n\n" + text

    def _test(self, i, inside, scopes, allowed):
        draw = self.random
        uses = [f"{scope}_fixture" for scope in scopes if draw.random() < 0.5]
        lines = []
        if draw.random() < 0.1:
            lines.append(f'@pytest.mark.xdist_group("{draw.choice("abc")}")')
        while self.marking.random() < self.marked:
            lines.append(f"@pytest.mark.{self.marking.choice(MARKS)}")
        fate = draw.choice(["skip", "xfail"]) if draw.random() < 0.05 else None
        if fate:
            lines.append(f"@pytest.mark.{fate}")
            allowed.words |= {"skipped"} if fate == "skip" else {"xfailed", "xpassed"}
        fault = self._fault()
        if fault:
            allowed.add(fault, "call")
            allowed.must_fail = fate is None and fault.partition("_")[0] in ("die", "fail")
            self._harm(fault)
        arguments = ["self"] * bool(inside) + uses
        lines += [f"def test_{i}({', '.join(arguments)}):", f"    faults.{fault}()" if fault else "    pass"]
        indent = "    " * bool(inside)
        return "".join(f"{indent}{line}\n" for line in lines) + "\n" * (1 if inside else 2)

    def write(self, folder):
        shutil.copytree(os.path.join(HERE, "suite"), folder)
        for name, text in self.files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)

    # ---- what is allowed ----

    def allowed(self, test):
        """Words beside "passed"."""
        return self.tests[test].words | self.common.words

    def ended_by(self):
        """Names of the signals that prun itself is sent."""
        sent = {name for _, name in self.signals}
        return sent | ({self.order.split("_")[1].upper()} if self.order else set())

    def describe(self):
        more = [f"SIG{name} after {when} s" for when, name in self.signals]
        more += [f"ulimit -n {self.limit}"] * bool(self.limit)
        return " ".join([*self.options, *(f"({words})" for words in more)])
