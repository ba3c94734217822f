"""The real suites: which there are, and how each gets onto this machine."""
import json
import shutil
import subprocess
import tarfile
from dataclasses import dataclass, field, replace
from pathlib import Path

DEADLINE = 900  # seconds for one download or installation


class Failed(Exception):
    """A suite could not be fetched or run; says why."""


@dataclass(frozen=True)
class Suite:
    """A suite of others.

    name: its project's; what: which kind of suite; source: sdist (tests are in the source distribution),
    package (tests are installed with the project) or debian (tests of the standard library); needs: further
    projects that its tests import; tests: what to run, relative to the source, package or library;
    options: for pytest; mask: what in its ids is another in every run (a regular expression).
    """

    name: str
    what: str
    source: str = "sdist"
    needs: tuple = ()
    tests: tuple = ()
    options: tuple = ()
    mask: str = ""
    version: str = ""


@dataclass
class Place:
    """Where a fetched suite is: python of its environment, folder to run in, tests to name, version."""

    python: Path
    folder: Path
    version: str
    tests: list = field(default_factory=list)


_STDLIB = (
    "test_json test_email test_zoneinfo test_argparse.py test_ast.py test_base64.py test_bytes.py "
    "test_collections.py test_configparser.py test_contextlib.py test_dataclasses.py "
    "test_dict.py test_enum.py test_fractions.py test_functools.py test_heapq.py "
    "test_list.py test_logging.py test_pathlib.py test_re.py test_set.py test_shutil.py "
    "test_string.py test_struct.py test_tempfile.py test_textwrap.py test_typing.py"
)

SUITES = {
    suite.name: suite
    for suite in (
        Suite("attrs", "classes made at import, Hypothesis", needs=("hypothesis", "cloudpickle")),
        Suite("click", "thousands of parametrized command lines, captured streams"),
        Suite("itsdangerous", "classes that inherit tests, freezegun", needs=("freezegun",)),
        Suite("jinja2", "function tests, asyncio and trio", needs=("trio",)),
        Suite("markupsafe", "a C extension, threads"),
        Suite("marshmallow", "classes, heavily parametrized", needs=("simplejson",), mask=r"\d\d:\d\d:\d\d"),
        Suite("more-itertools", "unittest classes, tens of thousands of subtests"),
        Suite("networkx", "6,000 tests of graph algorithms, inside the package", source="package",
              tests=("networkx",)),
        Suite("packaging", "tens of thousands of small parametrized tests", needs=("hypothesis", "pretend", "tomli-w")),
        Suite("pluggy", "plain functions and fixtures"),
        Suite("sympy", "long computations, inside the package", source="package",
              tests=("sympy/core", "sympy/logic", "sympy/sets")),
        Suite("stdlib", "the standard library's unittest classes: processes, threads, files, signals",
              source="debian", tests=tuple("test/" + name for name in _STDLIB.split())),
        Suite("toolz", "small functions, inside the package", source="package", tests=("toolz",)),
        # Its development server's tests hang now and then, under plain pytest too.
        Suite("werkzeug", "requests and responses, fixtures", needs=("cryptography", "ephemeral-port-reserve", "pytest-timeout", "watchdog"),
              options=("-m", "not dev_server")),
    )
}


def suite(text):
    """The suite called NAME, or NAME==VERSION.  KeyError: there is none."""
    name, _, version = text.partition("==")
    return replace(SUITES[name], version=version)


def do(*command, cwd=None, deadline=DEADLINE):
    """Run a command silently; Failed with the end of what it wrote."""
    try:
        done = subprocess.run(
            [str(c) for c in command], cwd=cwd, capture_output=True, text=True, timeout=deadline, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as e:
        raise Failed(str(e)) from e
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no reason given"]
        raise Failed(f"{Path(command[0]).name} {' '.join(map(str, command[1:4]))} …: {' / '.join(lines[-3:])}")
    return done.stdout


def environment(folder, python):
    """A virtual environment; returns its python."""
    own = folder / "venv" / "bin" / "python"
    if not own.exists():
        do(python, "-m", "venv", folder / "venv")
    return own


def install(python, *projects):
    do(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *projects)


def version_of(python, project):
    shown = do(python, "-c", "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))", project)
    return shown.strip()


def _unpack(folder, python, suite, version):
    """Fetch and unpack the source distribution; returns its folder."""
    source = folder / f"{suite.name}-{version}"
    if source.is_dir():
        return source
    down = folder / "download"
    shutil.rmtree(down, ignore_errors=True)
    do(
        python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
        "--no-binary", suite.name, "--dest", down, f"{suite.name}=={version}",
    )  # fmt: skip
    found = list(down.glob("*.tar.gz"))
    if len(found) != 1:
        raise Failed(f"{suite.name} {version} has no source distribution")
    with tarfile.open(found[0]) as archive:
        archive.extractall(down)
    (top,) = (p for p in down.iterdir() if p.is_dir())
    top.rename(source)
    return source


def _library_tests(folder, python):
    """Fetch and unpack the standard library's tests, Debian's package; returns the folder they are in."""
    name = do(python, "-c", "import sys; print('python%d.%d' % sys.version_info[:2])").strip()
    library = folder / "usr" / "lib" / name
    if not library.is_dir():
        do("apt-get", "download", f"lib{name}-testsuite", cwd=folder)
        (package,) = folder.glob("*.deb")
        do("dpkg", "-x", package, folder)
        # The rest of the package `test` is installed with Python.
        installed = do(python, "-c", "import test; print(test.__path__[0])").strip()
        shutil.copytree(installed, library / "test", dirs_exist_ok=True)
    return library


def fetch(suite, cache, python):
    """Get a suite onto this machine, unless it is there; returns its Place.  Raises Failed."""
    folder = cache / suite.name
    folder.mkdir(parents=True, exist_ok=True)
    own = environment(folder, python)
    ready = folder / "ready.json"
    wanted = [suite.name, suite.version, list(suite.needs)]
    if not ready.is_file() or json.loads(ready.read_text()) != wanted:
        project = [] if suite.source == "debian" else [f"{suite.name}{'==' * bool(suite.version)}{suite.version}"]
        install(own, "pytest", "pytest-xdist", *project, *suite.needs)
        ready.write_text(json.dumps(wanted))
    if suite.source == "debian":
        library = _library_tests(folder, own)
        version = do(own, "-c", "import platform; print(platform.python_version())").strip()
        return Place(own, library, version, list(suite.tests))
    version = version_of(own, suite.name)
    if suite.source == "sdist":
        return Place(own, _unpack(folder, own, suite, version), version, list(suite.tests))
    run_in = folder / "run"
    run_in.mkdir(exist_ok=True)
    packages = do(own, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    return Place(own, run_in, version, [f"{packages}/{path}" for path in suite.tests])
