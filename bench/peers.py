#!/usr/bin/env python3
"""Other runners of pytest suites: install each in a virtual environment of its own, below --cache.

    bench/peers.py                install those that are not there yet, say which run and why others do not
    bench/peers.py rustest tezt   only these
    bench/peers.py --again        install anew

They come from PyPI, by pip; rpytest, whose package there has no program in it, is built by cargo, if that is here.
A peer counts as installed once it has run a suite of one test.  bench/speed takes those that are installed.
"""
import argparse
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import fetch
import runs
from outcomes import outcomes
from runners import Runner


@dataclass(frozen=True)
class Peer:
    """Another runner.

    name: its project's; argv: its command, {n} for the number of workers, {bin} for the folder of its programs;
    daemon: options with which it starts a daemon or finds it, {home} for a folder; serves: whether it can leave one
    running; exitfirst, summary: see Runner; crates: what cargo builds, as the package has no program in it.
    """

    name: str
    argv: tuple
    daemon: tuple = ()
    serves: bool = False
    exitfirst: str = "-x"
    summary: str = ""
    crates: tuple = ()

    def command(self, cache, workers, home=None):
        """home: with a daemon, which has its socket there."""
        words = self.argv + (self.daemon if home else ())
        return [word.format(n=workers, bin=place(self, cache) / "venv" / "bin", home=home) for word in words]


PEERS = (
    # It always has a daemon: a cold run starts one.  The script in its package only looks for the program in PATH,
    # finds itself there, and starts itself without end.
    Peer("rpytest", ("{bin}/rpytest", "-q", "-n", "{n}"), serves=True, crates=("rpytest", "rpytest-daemon")),
    Peer(
        "rustest",
        ("{bin}/rustest", "--pytest-compat", "--color", "never", "--no-codeblocks", "-n", "{n}", "."),
    ),
    Peer("rstest", ("{bin}/rstest", "-q", "-n", "{n}", "-p", "no:cacheprovider")),
    Peer(
        "karva",
        ("{bin}/karva", "test", "--color", "never", "--status-level", "fail", "-n", "{n}"),
        exitfirst="--fail-fast",
        summary="Summary",
    ),
    Peer(
        "pytest-fast",
        ("{bin}/pytest-fast", "--workers", "{n}"),
        daemon=("--address", "{home}/socket", "--ttl", "300"),
        serves=True,
        exitfirst="",
        summary="results :",
    ),
    Peer("tezt", ("{bin}/tezt", "-q", "--color", "never", "-j", "{n}", ".")),
)


def place(peer, cache):
    """The folder of a peer."""
    return Path(cache) / "peers" / peer.name


def python(peer, cache):
    return place(peer, cache) / "venv" / "bin" / "python"


def state(peer, cache):
    """{"version": ...} of one that runs, {"why": ...} of one that does not."""
    file = place(peer, cache) / "state.json"
    return json.loads(file.read_text()) if file.is_file() else {"why": "not installed: run bench/peers.py"}


def installed(peer, cache):
    return "version" in state(peer, cache)


def of_peers(cache, workers, which=PEERS):
    """Those peers that are installed below `cache`, cold and warm: {name: Runner}."""
    made = {}
    for peer in which:
        for kind in ("cold", "warm") if installed(peer, cache) else ():
            home = Path(cache) / "peers" / f"{peer.name}-{kind}"  # not in its folder: what it may serve from is short
            served = peer.serves and kind == "warm"
            made[f"{peer.name} {kind}"] = Runner(
                f"{peer.name} {kind}",
                peer.command(cache, workers, home if served else None),
                python(peer, cache),
                exitfirst=peer.exitfirst,
                summary=peer.summary,
                home=home,
                cold=kind == "cold",
                serves=peer.serves,
            )
    return made


def _build(peer, cache):
    """Have cargo build a peer's programs into its environment."""
    if not shutil.which("cargo"):
        raise fetch.Failed("its package on PyPI has no program in it, and cargo, which could build it, is not here")
    target = place(peer, cache)
    os.environ["PYO3_PYTHON"] = str(python(peer, cache))
    for crate in peer.crates:
        fetch.do(
            *("cargo", "install", "--force", "--jobs", "1", "--root", target / "venv", "--target-dir", target / "target", crate),
            deadline=3600,
        )
    shutil.rmtree(target / "target", ignore_errors=True)


def _try(peer, cache):
    """Run a suite of one test; Failed with the end of what it wrote unless that passes."""
    folder = place(peer, cache) / "trial"
    folder.mkdir(exist_ok=True)
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_one.py").write_text("def test_one():\n    assert 1 + 1 == 2\n")
    runner = of_peers(cache, 2, [peer])[f"{peer.name} cold"]
    runner.prepare(folder)
    run = runs.run(runner.command, folder, runner.environment(), 30)
    runner.end()
    if run.exit is None or outcomes(run.out, runner.summary) != {"passed": 1}:
        raise fetch.Failed(f"does not run a test: {' / '.join(run.out.split(chr(10))[:4])}"[:400])


def install(peer, cache, base):
    """Install and try a peer; returns its state.  base: the interpreter to make its environment with."""
    folder = place(peer, cache)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    keep = folder / "state.json"
    try:
        own = fetch.environment(folder, base)
        fetch.install(own, peer.name, "pytest")
        keep.write_text(json.dumps({"version": fetch.version_of(own, peer.name)}))
        if peer.crates:
            _build(peer, cache)
        _try(peer, cache)
    except (fetch.Failed, OSError) as e:
        keep.write_text(json.dumps({"why": str(e)}))
    return state(peer, cache)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peers", nargs="*", metavar="PEER", help=f"of {', '.join(p.name for p in PEERS)}")
    parser.add_argument("--again", action="store_true", help="install those too that are there")
    parser.add_argument("--python", type=Path, default=runs.python_of_prun(), help="to make environments with")
    parser.add_argument("--cache", type=Path, default=runs.CACHE, help="folder for all of it")
    args = parser.parse_args()
    args.cache = args.cache.absolute()
    wanted = [peer for peer in PEERS if not args.peers or peer.name in args.peers]
    for peer in wanted:
        if args.again or not installed(peer, args.cache):
            install(peer, args.cache, args.python.absolute())
        now = state(peer, args.cache)
        print(f"{peer.name:12} {now.get('version') or 'left out: ' + now['why']}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
