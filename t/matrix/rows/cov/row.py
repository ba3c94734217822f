"""pytest-cov: lines, branches and contexts, every report, and processes that tests start."""
import os
import re
import sqlite3
from html.parser import HTMLParser
from xml.etree import ElementTree

from matrix import Case, Note, json_data, lines, without

DISTRIBUTIONS = {"pytest-cov": "pytest_cov", "coverage": None}
DEBIAN = ["python3-pytest-cov"]


# ---- readers ----


def numbers(bits):
    """A set of line numbers as coverage.py stores it."""
    return [8 * i + bit for i, byte in enumerate(bits) for bit in range(8) if byte >> bit & 1]


def data(path):
    """What a data file says: {file: {context: what ran}}."""
    found = {}
    os.stat(path)  # sqlite3 would make one
    db = sqlite3.connect(path)
    names = " from {} join file on file.id = file_id join context on context.id = context_id"
    for name, context, bits in db.execute("select path, context, numbits" + names.format("line_bits")):
        found.setdefault(name, {})[context] = numbers(bits)
    for name, context, *arc in db.execute("select path, context, fromno, tono" + names.format("arc")):
        found.setdefault(name, {}).setdefault(context, []).append(arc)
    db.close()
    return {name: {c: sorted(ran) for c, ran in contexts.items() if ran} for name, contexts in found.items()}


def xml(path):
    def tree(element):
        given = {k: v for k, v in element.attrib.items() if k != "timestamp"}
        return [element.tag, given, (element.text or "").strip(), [tree(child) for child in element]]

    return tree(ElementTree.parse(path).getroot())


class Cells(HTMLParser):
    """The texts of a page, one by one, without the date in its header and footer."""

    def __init__(self):
        super().__init__()
        self.texts = []
        self.inside = 0

    def handle_starttag(self, tag, attrs):
        self.inside += tag in ("table", "main")

    def handle_endtag(self, tag):
        self.inside -= tag in ("table", "main")

    def handle_data(self, text):
        if self.inside and text.strip():
            self.texts.append(text.strip())


def html(path):
    """Every page of a report."""
    pages = {}
    for name in os.listdir(path):
        # Contexts are listed in the order in which the data has them.
        if name.endswith(".html"):
            cells = Cells()
            cells.feed("\n".join(lines(os.path.join(path, name))))
            pages[name] = sorted(cells.texts) if name != "index.html" else cells.texts
    return pages


def report(path):
    """--cov-report=json; a line's contexts are a set."""

    def ordered(value):
        if isinstance(value, dict):
            return {k: sorted(v) if k.isdigit() else ordered(v) for k, v in value.items()}
        return value

    return ordered(without(json_data(path), "timestamp"))


def annotated(path):
    return {name: lines(os.path.join(path, name)) for name in os.listdir(path)}


def every_file(path):
    """What all data files say that there are: with `parallel` the combined one has another name in each run."""
    found = {}
    for name in os.listdir(path):
        if name.startswith(".coverage"):
            for file, ran in data(os.path.join(path, name)).items():
                found.setdefault(file, []).append(ran)
    return found


# ---- what is printed ----


TABLE = re.compile(r"Name +Stmts|\S+ +\d+ +\d+ .*\d%|Coverage .* written|\d+ files? skipped|.*Required test coverage")


def table(output):
    """The lines of the table and those about it."""
    return [line for line in output.splitlines() if TABLE.match(line)]


def same_table(peer, mine):
    want, got = table(peer.output), table(mine.output)
    if not want:
        yield f"{peer.side} printed no table"
    if want != got:
        yield f"the table: only {peer.side} {[x for x in want if x not in got]}, only prun {[x for x in got if x not in want]}"


def both_died(peer, mine):
    """A dead worker's data is lost; the run goes on, the loss is said, the others' data is there."""
    for run in (peer, mine):
        if run.status != 1:
            yield f"{run.side}: exit status {run.status}"
        if "failed workers" not in run.output:
            yield f"{run.side} does not say that a worker's data is missing"
        try:
            if not any(name.endswith("shop/tax.py") for name in data(run.path(".coverage"))):
                yield f"{run.side}: what the other worker measured is lost"
        except OSError as e:
            yield f"{run.side}: {e}"
        if not any(line.startswith("shop/tax.py") for line in table(run.output)):
            yield f"{run.side} printed no table"


def no_warning(peer, mine):
    for run in (peer, mine):
        if "CoverageWarning" in run.output:
            yield f"{run.side}: {run.output}"


def cov(*args, config="plain.cfg", tests=("test_cart.py", "test_tax.py")):
    return ["--cov=shop", f"--cov-config={config}", *args, *tests]


DATA = {".coverage": data}
JSON = {"out/cov.json": report}
FILES = {**DATA, "out/html": html, "out/cov.xml": xml, "out/cov.info": lines, "out/annotated": annotated}
EVERY = ["--cov-report=term-missing"]
EVERY += [f"--cov-report={name}" for name in ("html:out/html", "xml:out/cov.xml", "lcov:out/cov.info", "annotate:out/annotated")]
JSON_TOO = [*EVERY, "--cov-report=json:out/cov.json"]
ALL_MODES = ("load", "loadscope", "loadfile", "loadgroup", "worksteal")

CASES = [
    Case("lines", cov(*EVERY), FILES, same_table, modes=ALL_MODES),
    Case("branches", cov("--cov-branch", *EVERY), FILES, same_table),
    Case("contexts", cov("--cov-branch", "--cov-context=test", *EVERY), FILES, same_table, modes=ALL_MODES),
    Case("json", cov("--cov-branch", "--cov-context=test", *JSON_TOO), {**FILES, **JSON}, same_table, needs={"pytest-cov": "4.1"}),
    Case("contexts of lines", cov("--cov-context=test"), DATA, same_table, modes=("load",)),
    Case("skip-covered", cov("--cov-report=term:skip-covered"), DATA, same_table, modes=("load",)),
    Case("no report", cov("--cov-report="), DATA, modes=("load",)),
    Case("fail under, reached", cov("--cov-fail-under=30", tests=["test_tax.py"]), DATA, same_table, modes=("load",)),
    Case("fail under, not reached", cov("--cov-fail-under=90.5", tests=["test_tax.py"]), DATA, same_table, modes=("load",)),
    Case("fail under, of the configuration", cov(config="demanding.cfg", tests=["test_tax.py"]), DATA, same_table, modes=("load",)),
    Case("append", ["-p", "earlier", *cov("--cov-append", "--cov-branch")], DATA, same_table, modes=("load",)),
    Case("no append", ["-p", "earlier", *cov("--cov-branch")], DATA, same_table, modes=("load",)),
    Case("relative files", cov("--cov-branch", "--cov-report=xml:out/cov.xml", config="relative.cfg"), {**DATA, "out/cov.xml": xml}, modes=("load",)),
    Case("a worker measures nothing", cov(tests=["test_idle.py"]), DATA, no_warning, modes=("load",)),
    Case("--no-cov", cov("--no-cov", "--deselect=test_tax.py::test_cov_fixture"), {".": every_file}, modes=("load",)),
    Case("no report of a failure", cov("--no-cov-on-fail"), DATA, modes=("load",)),
    # coverage.py takes Debian's packages for the user's own code, pytest among them.
    Case("everything that runs", ["--cov", "--cov-config=own.cfg", "--cov-branch", "test_tax.py"], DATA, same_table, modes=("load",)),
    Case("threads and processes", cov("--cov-branch", config="multi.cfg", tests=["test_jobs.py", "test_tax.py"]), {".": every_file}, same_table, needs={"coverage": "7"}),
    Case("processes", cov("--cov-branch", config="processes.cfg", tests=["test_jobs.py"]), DATA, same_table, needs={"coverage": "7.10"}),
    Case("forks", cov("--cov-branch", config="fork.cfg", tests=["test_jobs.py"]), DATA, same_table, needs={"coverage": "7.10"}),
    Case("forks without a patch", cov("--cov-branch", tests=["test_jobs.py"]), DATA, same_table, modes=("load",)),
    # With it workers, of pytest-xdist too, measure what a test without coverage runs.
    Case("dynamic context", cov("--cov-branch", "-k", "not no_cover", config="context.cfg"), DATA, same_table, modes=("load",)),
    # Serial pytest does not survive such a test, and xdist's other modes run it again and again.
    Case("a worker that dies", cov(tests=["test_dies.py"]), {}, both_died, "xdist", ("load", "worksteal"), outcomes=False, order=False),
]

NOTES = {
    "dynamic context": Note(
        "pytest-cov refuses `dynamic_context = test_function` in coverage.py's configuration where tests"
        " run in workers, and says so, as with pytest-xdist.  Use `--cov-context=test`, which says more: test and phase.",
        needs={"pytest-cov": "6"},
    ),
}
