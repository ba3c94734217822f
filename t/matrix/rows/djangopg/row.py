"""pytest-django with PostgreSQL: a database for each worker, and connections that are older than the workers."""
import contextlib
import glob
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile

from matrix import Case, Missing, Note, text

spec = importlib.util.spec_from_file_location("row_django", os.path.join(os.path.dirname(__file__), "../django/row.py"))
sqlite = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sqlite)

DISTRIBUTIONS = sqlite.DISTRIBUTIONS
PYPI = [*DISTRIBUTIONS, "psycopg[binary]"]
DEBIAN = ["python3-pytest-django", "python3-django", "python3-psycopg2"]


def unprivileged():
    """Whom the server runs as, for Popen: it refuses to be root's."""
    if os.geteuid():
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise Missing("a user other than root for PostgreSQL")


@contextlib.contextmanager
def services(env):
    """A cluster of its own, in a folder of its own, on a Unix socket there."""
    installed = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    found = shutil.which("postgres") or (installed and os.path.join(installed[-1], "postgres"))
    if not found:
        raise Missing("PostgreSQL (apt-get install postgresql) not installed")
    programs = os.path.dirname(os.path.realpath(found))
    who = unprivileged()
    top = tempfile.mkdtemp(prefix="prun-pg-")
    data, log = os.path.join(top, "data"), os.path.join(top, "log")

    def run(program, *args):
        words = [os.path.join(programs, program), *args]
        done = subprocess.run(words, cwd=top, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **who)
        if done.returncode:
            raise Missing(f"a running PostgreSQL: {program}: {done.stdout.strip()[-500:]}")

    try:
        if who:
            os.chown(top, who["user"], who["group"])
        run("initdb", "--auth=trust", "--username=shop", "--no-sync", "-D", data)
        run("pg_ctl", "start", "--wait", "-D", data, "-l", log, "-o", f"-k {top} -F -c listen_addresses=")
        try:
            env["SHOP_DATABASE"] = "postgres"
            env["SHOP_POSTGRES"] = top
            yield
        finally:
            run("pg_ctl", "stop", "--wait", "-D", data, "-m", "fast")
    finally:
        shutil.rmtree(top, ignore_errors=True)


def own_sessions(peer, mine):
    for run in (peer, mine):
        sessions = [text(run.path(name)) for name in os.listdir(run.folder) if name.startswith("session-")]
        if not sessions or len(sessions) != len(set(sessions)):
            yield f"{run.side}: its processes are in the server's sessions {sessions}"


CASES = [
    Case("all of it", sqlite.TESTS, check=sqlite.own_databases, modes=sqlite.ALL_MODES),
    Case("django_db_setup is the suite's", ("setup",), check=sqlite.own_databases, modes=("load",)),
    Case("--reuse-db and --create-db", ("--reuse-db", "--create-db", *sqlite.TESTS), check=sqlite.own_databases, modes=("load",)),
    Case("--reuse-db", ("--reuse-db", *sqlite.TESTS), check=sqlite.own_databases, modes=("load",)),
    # The first leaves its databases, the second finds them.
    Case("--reuse-db again", ("--reuse-db", *sqlite.TESTS), check=sqlite.own_databases, modes=("load",)),
    Case("a test file that connects while it is imported", ("own",), check=own_sessions, modes=("load",)),
    Case("asks the database while it is loaded", ("--create-db", *sqlite.TESTS), check=sqlite.own_databases, env={"SHOP_EARLY": "1"}),
]

NOTES = {
    "a test file that connects while it is imported": Note(
        "All workers get the one connection, and each other's answers:"
        " connect in a fixture, or run with `--xdist-exact`.  Django's own connections are not concerned.",
    ),
}
