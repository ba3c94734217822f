"""conftest.py: hooks of every phase; each is called for each item as often, and in the same order, as in one process."""
import glob
import json
from matrix import Case, json_data, lines, same_shown

DISTRIBUTIONS = {"pytest": None}

# What the master does itself when a worker's reports arrive.
REPLAYED = ("runtest_logstart", "runtest_logreport", "runtest_logfinish", "report_teststatus", "warning_recorded")
COLLECTING = ("collectreport", "itemcollected", "generate_tests", "pycollect_makeitem", "make_parametrize_id")
# What a worker calls that is of no item, or of whichever item was the first to need it.
PER_WORKER = {"runtestloop", "fixture_setup", "fixture_post_finalizer"}


def calls(run):
    """What the process that was started calls, up to the end of the session, and what each worker calls.

    Each call is [hook, item or "", detail].
    """
    main, workers = [], []
    for path in glob.glob(run.path("hooks-*")):
        said = [json.loads(line) for line in lines(path)]
        hooks = [hook for hook, *_ in said]
        if "sessionstart" in hooks:
            main = said[: hooks.index("sessionfinish")]
        else:
            workers.append(said)
    return main, workers


def of_items(said, only=None):
    """{item: [[hook, detail]]}"""
    found = {}
    for hook, item, detail in said:
        if item and (only is None or hook in only):
            found.setdefault(item, []).append([hook, detail])
    return found


def same_calls(peer, prun):
    """The worker that runs an item calls all of its hooks, and the master those of reporting once more, as in xdist."""
    serial, none = calls(peer)
    main, processes = calls(prun)
    running = [call for call in serial if call[0] not in COLLECTING]
    want = of_items(running)
    workers = sum(processes, [])
    if none or len(processes) != 2:
        yield f"{len(none)} and {len(processes)} workers"
    yield from apart("a worker", want, of_items(workers))
    yield from apart("the master", of_items(running, REPLAYED), of_items(main, REPLAYED))
    for name in COLLECTING:
        yield from apart("the master", of_items(serial, [name]), of_items(main, [name]))
    yield from once_a_run(serial, main)
    more = {hook for hook, item, _ in workers if not item} - PER_WORKER
    if more:
        yield f"a worker calls {more}"


def once_a_run(serial, main):
    want, got = ([hook for hook, item, _ in said if not item and hook not in PER_WORKER - {"runtestloop"}] for said in (serial, main))
    if want != got:
        yield f"once a run: {want} is {got} with prun"


def apart(who, want, got):
    for item in sorted(want.keys() | got.keys()):
        if want.get(item) != got.get(item):
            yield f"{item}: {want.get(item)} is {got.get(item)} in {who}"


def data(path):
    """What a conftest wrote at the end, in an order of its own."""
    return {name: sorted(value) if isinstance(value, list) else value for name, value in json_data(path).items()}


def said(output):
    """What the conftest says on the terminal."""
    return sorted(line for line in output.splitlines() if line.startswith("conftest: "))


def same_said(peer, prun):
    yield from same_shown(peer, prun)
    if said(peer.output) != said(prun.output) or len(said(peer.output)) < 4:
        yield f"{said(peer.output)} is {said(prun.output)} with prun"


CASES = [
    Case("hooks of each item", ("-p", "hooks", "plain", "-oenable_assertion_pass_hook=true"), check=same_calls),
    Case("hooks that decide", ("decide",), check=same_said, files={"results.json": data, "unconfigured": lines}, modes=("load", "loadfile", "worksteal")),
    Case("files, items and failures of one's own", ("custom",), check=same_shown),
    Case("-x", ("decide", "-x", "-k", "test_fails"), modes=("load",)),
]
