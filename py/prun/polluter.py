"""``--find-polluter TEST``: which test makes TEST fail when it runs before it, in the same process.

The suite is collected once.  Each probe is a process forked afresh from what has run no test (isolate/nursery.py),
in which some of the tests run and then TEST; what they print and report nobody sees.
"""
import pytest

from prun import exact, sharing

OPTION = "--find-polluter"
_PATIENCE = 1.0  # seconds after which an interrupt goes on to a probe


def add_options(parser):
    parser.getgroup("prun", "prun").addoption(
        OPTION,
        metavar="TEST",
        dest="find_polluter",
        help="Find out which other tests make TEST (a node id) fail when they run before it, by running fewer and "
        "fewer of them in processes forked afresh. Exit status 0: found",
    )


def configure(config):
    if config.option.find_polluter is None:
        return
    if config.option.xdist_exact:
        raise pytest.UsageError(f"{OPTION} needs a master that has collected; leave out {exact.OPTION}")
    config.pluginmanager.register(Finder(config), "prun-polluter")


class _Ear:
    """In a probe: hears what becomes of one item."""

    def __init__(self):
        self.failure = None  # in words

    def pytest_runtest_logreport(self, report):
        if report.failed and self.failure is None:
            crash = getattr(report.longrepr, "reprcrash", None)
            words = getattr(crash, "message", None) or str(report.longrepr)
            self.failure = words.partition("\n")[0] or "failed"


def minimal(suspects, is_enough):
    """The fewest of `suspects` (a list), in their order, that is_enough() of a list calls enough (ddmin).

    All of them are enough, and none is not.
    """
    parts = 2
    while len(suspects) > 1:
        size = -(-len(suspects) // parts)
        chunks = [suspects[i : i + size] for i in range(0, len(suspects), size)]
        found = next(filter(is_enough, chunks), None)
        if found is not None:
            suspects, parts = found, 2
            continue
        others = ([s for s in suspects if s not in chunk] for chunk in chunks)
        found = next(filter(is_enough, others), None) if len(chunks) > 2 else None
        if found is not None:
            suspects, parts = found, max(parts - 1, 2)
        elif len(chunks) == len(suspects):
            break
        else:
            parts = min(parts * 2, len(suspects))
    return suspects


class Finder:
    """The plugin: its search is what the run consists of."""

    def __init__(self, config):
        self._config = config
        self._asked = config.option.find_polluter
        self._found = False
        self._probes = 0
        self._deadly = set()  # numbers of tests that end the process, and can make no other one fail
        self.failure = None  # of the last probe in which the test failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        option = session.config.option
        if option.collectonly or (session.testsfailed and not option.continue_on_collection_errors):
            return None
        self._items = list(session.items)
        self._target = self._number()
        import mmap

        from prun.isolate.nursery import Nursery

        self._at = mmap.mmap(-1, 8)  # number of the test that a probe runs
        with sharing.held(session), Nursery(self._live, self._prepare, "probe", _PATIENCE) as self._nursery:
            self._search()
        return True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session, exitstatus):
        if exitstatus == 0 and self._probes and not self._found:
            session.exitstatus = 1

    def _number(self):
        found = [i for i, item in enumerate(self._items) if item.nodeid == self._asked]
        if len(found) != 1:
            raise pytest.UsageError(f"{OPTION} {self._asked}: no such test was collected; it must be a whole node id")
        return found[0]

    # ---- the search ----

    def _say(self, text):
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        if reporter:
            reporter.write_line(text)

    def _search(self):
        name = self._asked
        if self._fails([]):
            self._say(f"{name} fails alone: {self.failure}")
            return
        before = list(range(self._target))
        others = before + list(range(self._target + 1, len(self._items)))
        suspects = next((some for some in (before, others) if some and self._fails(some)), None)
        if suspects is None:
            self._say(f"{name} does not fail, alone or after all other tests")
            return
        guilty = minimal(suspects, self._fails)
        self._fails(guilty)
        self._found = True
        self._say("")
        self._say(f"{name} fails after")
        for i in guilty:
            self._say(f"    {self._items[i].nodeid}")
        self._say(f"with: {self.failure}")

    def _fails(self, some):
        """Does the test fail after these?"""
        some = [i for i in some if i not in self._deadly]
        failure, crashed = self._probe(some)
        self._probes += 1
        if failure:
            self.failure = failure
        s = "" if len(some) == 1 else "s"
        after = f"after {len(some)} test{s}" if some else "alone"
        self._say(f"probe {self._probes}: {after}: {crashed or ('fails' if failure else 'passes')}")
        return self._fails(some) if crashed else bool(failure)

    def _probe(self, some):
        """(in words what the test failed with, or None; in words how the process died before the test, or "")"""
        from prun.isolate.nursery import Ended

        began = False
        try:
            self._nursery.ask(some, False)
            began = True
            failure, _ = self._nursery.ask(None, True)
        except Ended as e:
            failure = f"its process was {e}" if began else None
            if not began and not self._nursery.interrupts:
                deadly = int.from_bytes(self._at[:], "little")
                self._deadly.add(deadly)
                return None, f"{self._items[deadly].nodeid} ended the process ({e}), and is left out from now on"
        if self._nursery.interrupts:
            raise KeyboardInterrupt
        return failure, ""

    # ---- in the layer, and in the probes ----

    def _prepare(self, _inquire):
        from prun import child
        from prun.isolate import alone

        child.forget()
        self._ear = _Ear()
        self._config.pluginmanager.register(self._ear)
        alone.deafen(self._config, self._ear)
        child.freeze()

    def _live(self, some, reply):
        from prun import child

        child.thaw()
        numbers = [*some, self._target]
        for i, following in zip(numbers, numbers[1:]):
            self._at[:] = i.to_bytes(8, "little")
            self._run(self._items[i], self._items[following])
        reply(None, True)
        self._ear.failure = None
        self._run(self._items[self._target], None)
        reply(self._ear.failure, False)

    def _run(self, item, nextitem):
        try:
            item.ihook.pytest_runtest_protocol(item=item, nextitem=nextitem)
        except pytest.exit.Exception as e:
            self._ear.failure = f"pytest.exit: {e}"
