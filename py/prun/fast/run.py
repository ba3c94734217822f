"""Short cut "run": an item whose runtest hooks are pytest's own alone runs without calling them (src/fused.c).

What those hooks do is done with the same objects: SetupState, fixtures and finalizers are the real ones, and the
test function is called by pytest's own code of pytest_pyfunc_call, in a frame of that name and place.  What pytest
puts up and takes down around each phase (captured streams, log handlers, warning filters) stays up from item to
item, and is looked at after each phase in which code of the suite ran: where a phase has left anything (output, a
log record, a warning, a marker, another stream) or has raised, it is ended and reported by pytest's own functions,
here in phase().  Plugins that only make reports, or do something before a phase, are called where the hooks
would call them.

When: eligible.py; each item also in fused_may_run().  Not seen by a suite, and so not done: a variable,
PYTEST_CURRENT_TEST, that says "setup" while no code of the suite runs.  Seen all the same: who looks
past the test function (inspect.stack(), a traceback that is cut nowhere) finds fewer of pytest's and pluggy's entries;
a plugin that is registered while an item runs hears of it only in what is reported.
"""
import contextlib
import logging
import os
import sys
import types
import warnings

import _prun
from _pytest import assertion, python, runner
from _pytest.assertion import util
from _pytest.outcomes import xfail
from _pytest.skipping import evaluate_xfail_marks, xfailed_key

from prun import fast
from prun.fast import eligible


class _Catchers:
    """pytest before 8.4: for each phase it hooks into what Python does with exceptions that nobody can catch."""

    def __init__(self, config):
        self.open = []
        self._make = []
        if config.pluginmanager.has_plugin("unraisableexception"):
            from _pytest import unraisableexception as module

            if hasattr(module, "catch_unraisable_exception"):
                hook = module.unraisable_exception_runtest_hook
                self._make.append((module.catch_unraisable_exception, "unraisable", sys, "unraisablehook", hook))
        if config.pluginmanager.has_plugin("threadexception"):
            import threading
            from _pytest import threadexception as module

            if hasattr(module, "catch_threading_exception"):
                hook = module.thread_exception_runtest_hook
                self._make.append((module.catch_threading_exception, "args", threading, "excepthook", hook))

    def __len__(self):
        return len(self._make)

    def enter(self):
        for kind, attribute, module, name, hook in self._make:
            manager = kind()
            manager.__enter__()
            self.open.append((manager, attribute, module, name, getattr(module, name), hook))

    def leave(self):
        while self.open:
            self.open.pop()[0].__exit__(None, None, None)

    def nothing_caught(self):
        return all(
            getattr(manager, attribute) is None and getattr(module, name) == catching
            for manager, attribute, module, name, catching, _ in self.open
        )

    def tell(self):
        """Warn of what was caught, by pytest's own function, which is made to find it."""
        for manager, attribute, module, name, catching, hook in self.open:
            setattr(module, name, catching)
            caught = getattr(manager, attribute)
            if caught is None:
                continue
            setattr(manager, attribute, None)
            generator = hook()
            next(generator)
            setattr(generator.gi_frame.f_locals["cm"], attribute, caught)
            next(generator, None)


class Fused:
    """What the core needs to run items, and what it asks; the attributes are those of FUSED_EACH_GIVEN."""

    def __init__(self, worker, counts, batched):
        """worker: the runner.Runner; counts: base_counts(); batched: the master wants passes as numbers alone."""
        self._runner = worker
        self.recorder = worker.recorder
        self._counts = counts
        self.batched = batched
        session, config = worker.session, worker.config
        self.config, self.session, self.items = config, session, worker.items
        manager = config.pluginmanager
        self._capture = manager.getplugin("capturemanager")
        self.capture_names = vars(self._capture)
        self._lastfailed = getattr(manager.getplugin("lfplugin"), "lastfailed", {})
        logs = manager.getplugin("logging-plugin")
        self.caplog, self.report, self.root = logs.caplog_handler, logs.report_handler, logging.getLogger()
        from _pytest.logging import caplog_handler_key, caplog_records_key

        self._records_key, self._handler_key = caplog_records_key, caplog_handler_key
        try:
            from _pytest.tmpdir import tmppath_result_key
        except ImportError:  # before 7.3
            tmppath_result_key = None
        self._tmppath_key = tmppath_result_key
        self._reraise = (runner.Exit,) if config.getoption("usepdb", False) else (runner.Exit, KeyboardInterrupt)

        self.item_type, self.function_type, self.method_type = python.Function, types.FunctionType, types.MethodType
        self.stack, self.stands_for = session._setupstate.stack, eligible.stands_for()
        self.setup, self.teardown = session._setupstate.setup, session._setupstate.teardown_exact
        nose = manager.getplugin("nose") if manager.has_plugin("nose") else None
        self.after_setup = (nose.pytest_runtest_setup,) if nose else ()
        self.stops = fast.release() >= (8, 0)
        self.direct = eligible.direct
        self.call = self._caller()
        self.say_current = runner._update_current_test_var
        self.os_names, self.environ, self.environ_data = vars(os), os.environ, os.environ._data
        self.variable = os.environ.encodekey("PYTEST_CURRENT_TEST")
        self.marks = eligible.ACTING_MARKS
        self.warnings_names, self.mutated = vars(warnings), warnings._filters_mutated
        self.showwarning = warnings._showwarning_orig
        self._collectors, self.queues = self._find_queues()
        self._catchers = _Catchers(config)
        self.catchers = tuple(range(len(self._catchers)))
        self.nothing_caught = self._catchers.nothing_caught
        self._warnings = None
        self._before = dict.fromkeys(eligible.BEFORE, ())
        self._deaf = False
        self._told = None  # index of the item that the recorder was begun for
        _prun.fuse(self)

    @staticmethod
    def _caller():
        """pytest_pyfunc_call() for functions of which it is known that they are not asynchronous."""
        original = python.pytest_pyfunc_call
        known = dict(vars(python), is_async_function=_prun.never)
        call = types.FunctionType(original.__code__, known, original.__name__, original.__defaults__)
        call.__kwdefaults__ = original.__kwdefaults__
        return call

    def _find_queues(self):
        """pytest from 8.4 on: (functions that warn of what has come into a queue, the queues)."""
        collectors, queues = [], []
        try:
            from _pytest import threadexception, unraisableexception

            for module, key, function in (
                (unraisableexception, "unraisable_exceptions", "collect_unraisable"),
                (threadexception, "thread_exceptions", "collect_thread_exception"),
            ):
                queue = self.config.stash.get(getattr(module, key), None)
                if queue is not None:
                    queues.append(queue)
                    collectors.append(getattr(module, function))
        except (ImportError, AttributeError):
            pass
        return collectors, tuple(queues)

    # ---- asked by the core: for whom ----

    def above(self, parent):
        """(collections, how many they held before the fork, does anybody hear of phases or do something before them?)

        The collections are the markers and keywords above an item; the number is negative if items of this parent are
        not for us.
        """
        may = eligible.parent_may(parent, self._counts)
        if may is None:
            return (), -1, False
        self._before, tells = may
        return eligible.above(parent), self._counts[parent], tells

    # ---- asked by the core: what stays up from item to item ----

    def enter(self):
        """Put up what pytest puts up for each item and phase.  Returns (warnings.filters, what is in it, the list
        that warnings are recorded in, its append)."""
        from _pytest.warnings import catch_warnings_for_item

        self._warnings = catch_warnings_for_item(
            config=self.config, ihook=self.config.hook, when="runtest", item=None
        )
        self._warnings.__enter__()
        self._append = warnings._showwarnmsg_impl
        self._log = self._append.__self__
        self._base = list(warnings.filters)
        self._asserts = util._reprcompare, util._assertion_pass, util._config if hasattr(util, "_config") else None
        util._reprcompare = self._compare
        util._config = self.config
        self._catchers.enter()
        self._add_handlers()
        self._capture.resume_global_capture()
        return warnings.filters, self._base, self._log, self._append

    def leave(self):
        """Take it down; nothing is left in it."""
        if self._capture._capture_fixture is None:  # or pytest has failed to end it, and goes on from there
            self._capture.suspend_global_capture(in_=False)
        for handler in (self.report, self.caplog):
            self.root.removeHandler(handler)
        self._catchers.leave()
        util._reprcompare, util._assertion_pass, util._config = self._asserts
        self._warnings.__exit__(None, None, None)

    def _add_handlers(self):
        for handler in (self.caplog, self.report):
            self.root.removeHandler(handler)
            self.root.addHandler(handler)
            handler.reset()

    def renew_filters(self):
        """A test has changed warnings.filters or who shows warnings."""
        warnings.filters = list(self._base)
        warnings._showwarnmsg_impl = self._append
        warnings.showwarning = self.showwarning
        return warnings.filters

    def _compare(self, op, left, right):
        """util._reprcompare: a comparison in an assert has failed."""
        item = _prun.current()
        ours = util._reprcompare
        generator = assertion.pytest_runtest_protocol(item)
        next(generator)
        try:
            return util._reprcompare(op, left, right)
        finally:
            generator.close()
            util._reprcompare, util._config = ours, self.config

    # ---- called by the core around the phases of an item with fixtures ----

    def begin(self, item, when, silent, nextitem):
        stash = item.stash._storage  # three times a test: Stash's own functions do nothing else
        if when == "setup":
            stash[self._records_key] = {}
            stash[xfailed_key] = None
        elif silent and self._tmppath_key is not None:
            stash.setdefault(self._tmppath_key, {})["setup" if when == "call" else "call"] = True
        if when == "call" and not silent:
            self._evaluate_xfail(item)
        self.caplog.reset()
        stash[self._records_key][when] = self.caplog.records
        stash[self._handler_key] = self.caplog
        self._capture.activate_fixture()
        for impl in self._before[when]:
            impl.function(*[nextitem if name == "nextitem" else item for name in impl.argnames])

    def _evaluate_xfail(self, item):
        """A fixture may have added a marker."""
        item.stash[xfailed_key] = xfailed = evaluate_xfail_marks(item)
        if xfailed and not self.config.option.runxfail and not xfailed.run:
            raise xfail.Exception("[NOTRUN] " + xfailed.reason, pytrace=False)

    def close_fixture(self):
        __tracebackhide__ = True  # it raises where a test has closed what is captured
        self._capture.deactivate_fixture()

    # ---- called by the core: a phase that pytest has to be told of ----

    def _start_telling(self, item, before):
        """From now on the recorder hears of this item; before: the phases that were silent, unless they were told."""
        if self._told is item:
            return
        self._told = item
        recorder = self.recorder
        heard = recorder.events  # in the present phase: subtests
        recorder.begin(item)
        kept = item._report_sections, item.user_properties
        item._report_sections, item.user_properties = [], []
        for when, (duration, start, stop) in zip(("setup", "call", "teardown"), before):
            self._report(item, self._call_info(None, start, stop, duration, when))
        item._report_sections, item.user_properties = kept
        recorder.resume(heard)

    @staticmethod
    def _call_info(excinfo, start, stop, duration, when):
        return runner.CallInfo(
            result=None, excinfo=excinfo, start=start, stop=stop, duration=duration, when=when, _ispytest=True
        )

    @staticmethod
    def _report(item, call):
        ihook = item.ihook
        report = ihook.pytest_runtest_makereport(item=item, call=call)
        ihook.pytest_runtest_logreport(report=report)
        if runner.check_interactive_exception(call, report):
            ihook.pytest_exception_interact(node=item, call=call, report=report)
        return report

    def silent(self, item, when, duration, start, stop):
        """A phase has passed in silence, of which others hear all the same.  Returns whether it is a pass for them.

        They are called while streams are captured still, and what they write is passed on: it is none of the test's.
        """
        self._start_telling(item, ())
        report = item.ihook.pytest_runtest_makereport(item=item, call=self._call_info(None, start, stop, duration, when))
        if report.outcome == "passed" and not hasattr(report, "wasxfail"):
            # Session, logging and terminal have nothing to do with it that anybody sees in a worker.
            self.recorder.pytest_runtest_logreport(report)
            if self._lastfailed and when == "call":
                self._lastfailed.pop(item.nodeid, None)
        else:
            item.ihook.pytest_runtest_logreport(report=report)
        self._pass_on()
        return report.passed

    def _pass_on(self):
        if self.report.records or self.caplog.records:
            self._add_handlers()
        for stream, fd in ((self._capture._global_capturing.out, 1), (self._capture._global_capturing.err, 2)):
            if os.fstat(fd).st_size:
                os.write(stream.targetfd_save, stream.snap().encode(errors="surrogateescape"))

    def phase(self, item, when, raised, duration, start, stop, before):
        """End and report a phase as pytest does; before: the phases before it that were silent and are not told.

        Returns whether it passed; raises what ends more than the phase.
        """
        __tracebackhide__ = True
        own = raised
        try:
            self._end(item, when, raised is None)
        except BaseException as e:
            raised = e
        out = err = log = ""
        try:
            out, err, log = self._suspend()
        except Exception as e:  # a test has closed what is captured
            raised = e
        try:
            self._start_telling(item, before)
            item.add_report_section(when, "stdout", out)
            item.add_report_section(when, "stderr", err)
            item.add_report_section(when, "log", log)
            if isinstance(raised, self._reraise):
                raise raised
            excinfo = None
            if raised is not None:
                if when == "call" and raised is own and isinstance(raised, Exception):
                    self._remember_last(raised)
                excinfo = runner.ExceptionInfo.from_exc_info((type(raised), raised, raised.__traceback__))
            return self._report(item, self._call_info(excinfo, start, stop, duration, when)).passed
        finally:
            self._resume()

    def _end(self, item, when, well):
        """What pytest's own implementations do after the phase's work, and may raise."""
        if well:
            for collect in self._collectors:
                collect(self.config)
        if when == "call" and item.stash.get(xfailed_key, None) is None:
            item.stash[xfailed_key] = evaluate_xfail_marks(item)
        self._catchers.tell()

    @staticmethod
    def _remember_last(raised):
        sys.last_type, sys.last_value, sys.last_traceback = type(raised), raised, raised.__traceback__
        if sys.version_info >= (3, 12):
            sys.last_exc = raised

    def _suspend(self):
        """Take down what pytest has not up while it reports; returns what was captured: (out, err, log)."""
        __tracebackhide__ = True
        capture = self._capture
        capture.deactivate_fixture()
        capture.suspend_global_capture(in_=False)
        for handler in (self.report, self.caplog):
            self.root.removeHandler(handler)
        return (*capture.read_global_capture(), self.report.stream.getvalue().strip())

    def _resume(self):
        self._add_handlers()
        try:
            self._capture.resume_global_capture()
        except ValueError:  # a test has closed what is captured: each phase fails from now on, and another worker goes on
            self._deaf = True

    # ---- called by the core: the end of an item ----

    def clean(self, index, times, stop):
        """Three silent passes, where the master wants more than numbers: (verdict, JSON)."""
        verdict, said = self._runner.passed(index, times)
        if said is None:
            return self.said(index, None, vars(self.items[index]), None, times)
        return _prun.LEAVE if stop else verdict, said

    def said(self, index, nextitem, before, raised, times):
        """Everything else, as Runner.run(); times: of three phases that were silent, unless they were told."""
        item = self.items[index]
        if self._told is not item:
            with contextlib.suppress(ValueError):  # a test has closed what is captured
                self._suspend()
            self._start_telling(item, times)
            self._resume()
        for key in (self._records_key, self._handler_key):
            if key in item.stash:
                del item.stash[key]
        self._warn(item)
        self._told = None
        verdict, said = self._runner.end(index, nextitem, before, raised)
        return _prun.LEAVE if self._deaf and verdict == _prun.GO else verdict, said

    def _warn(self, item):
        if not self._log:
            return
        self.recorder.pytest_runtest_logfinish(item.nodeid, item.location)
        for message in self._log:
            item.ihook.pytest_warning_recorded.call_historic(
                kwargs={"warning_message": message, "nodeid": item.nodeid, "when": "runtest", "location": None}
            )
        del self._log[:]
