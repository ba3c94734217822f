"""Where prun does otherwise than pytest-xdist in xdist's own tests, and why.

    better     prun's way is meant to be so
    shortfall  prun falls short of xdist
    neither    xdist does not pass the test either
    internal   xdist's own functions and classes, called in the test's process: there is nothing for prun to run

`status` says {prun's exit status: the one that the test wants} and `unsaid` which lines prun does not print; the
rest of such a test must pass.  A test with neither must fail.  What is said here and not seen is a failure too.
Of the other files of xdist's tests only those are run that run pytest: the rest of test_dsession.py, test_remote.py
and test_workermanage.py is about xdist's classes or needs a host, and test_looponfail.py is about an option that
prun does not have.
"""


class Known:
    """One exception: kind, reason, and which tests it is of.

    exact: True if it is one with --xdist-exact only, False if without only, None if with both.
    """

    def __init__(self, kind, why, *tests, status=None, unsaid=(), exact=None):
        self.kind = kind
        self.why = why
        self.tests = tests
        self.status = status or {}
        self.unsaid = unsaid
        self.exact = exact
        self.partial = bool(status or unsaid)


def acceptance(*names):
    return [f"acceptance_test.py::{name}" for name in names]


def plugin(*names):
    return [f"test_plugin.py::{name}" for name in names]


EXCEPTIONS = [
    # ---- exit status: that of pytest in one process ----
    Known(
        "better",
        "an error in collecting is an interruption (2), as in one process, and not a failed test (1)",
        *acceptance("TestDistribution::test_n1_import_error"),
        status={2: 1},
    ),
    Known(
        "better",
        "an error in collecting is an interruption (2), as in one process; and no worker is made for nothing",
        *acceptance("test_collection_crash"),
        status={2: 1},
        unsaid=["created: 1/1 worker", "1 worker [[]0 items[]]"],
    ),
    Known(
        "better",
        "-x with a failure is 1, as in one process: tests have failed, nobody has interrupted",
        *acceptance("TestDistribution::test_exitfirst_waits_for_workers_to_finish"),
        status={1: 2},
    ),
    Known(
        "better",
        "KeyboardInterrupt raised by a test costs that test, not the run; the user's Ctrl-C is something else",
        *acceptance("TestDistribution::test_keyboardinterrupt_hooks_issue79"),
    ),
    Known(
        "better",
        "an error in a worker's pytest_sessionfinish is an internal error (3), not a success",
        *acceptance("test_session_hooks"),
    ),
    # ---- what is said of workers ----
    Known(
        "better",
        "workers take a fork's time to start: one line says how many there are, and none that they are coming",
        *acceptance("TestDistribution::test_manytests_to_one_popen"),
        unsaid=["created: 2/2 workers"],
    ),
    Known(
        "better",
        "one line says how many workers there are, and none that they are coming",
        *acceptance("TestDistribution::test_dist_ini_specified"),
        unsaid=["created: 3/3 workers"],
    ),
    Known(
        "better",
        "no line says that workers are coming; what the test is about, workerinput in pytest_configure, is there",
        *acceptance("TestDistribution::test_data_exchange"),
        unsaid=["created: 1/1 worker"],
    ),
    Known(
        "better",
        "one line says how many workers there are and in which mode they share the tests",
        *acceptance(
            "test_color_yes_collection_on_non_atty",
            "TestTerminalReporting::test_output_verbosity[-q]",
            "TestTerminalReporting::test_output_verbosity[-v]",
        ),
    ),
    # ---- crashes ----
    Known(
        "better",
        "the report of the crash says that the worker is down, and why",
        *acceptance("TestDistribution::test_dist_tests_with_crash"),
        unsaid=["*node*down*"],
    ),
    Known(
        "better",
        "the report of the crash says that the worker is down; that another takes its place goes without saying",
        *acceptance(
            "TestNodeFailure::test_load_single",
            "TestNodeFailure::test_load_multiple",
            "TestNodeFailure::test_each_single",
        ),
        unsaid=["replacing crashed worker gw*"],
    ),
    Known(
        "better",
        "the count is right, which xdist fails at (its #20); the words of the test are not even xdist's any more",
        *acceptance("TestNodeFailure::test_each_multiple"),
        unsaid=["*Replacing crashed worker*", "*Worker*crashed while running*"],
    ),
    Known(
        "better",
        "the limit of restarts is not worth a word when every test has run all the same",
        *acceptance("TestNodeFailure::test_max_worker_restart"),
        unsaid=["replacing crashed worker*", "maximum crashed workers reached: 1*"],
    ),
    Known(
        "better",
        "that nothing may be restarted is not worth a word when every test has run all the same",
        *acceptance("TestNodeFailure::test_disable_restart"),
        unsaid=[
            "worker gw* crashed and worker restarting disabled",
            "* xdist: worker gw* crashed and worker restarting disabled *",
        ],
    ),
    Known(
        "better",
        "two workers and three restarts are five that may crash: the last one too runs what it can",
        *acceptance("TestNodeFailure::test_max_worker_restart_tests_queued"),
        unsaid=[
            "replacing crashed worker*",
            "maximum crashed workers reached: 3*",
            "* xdist: maximum crashed workers reached: 3 *",
            "* 4 failed in *",
        ],
    ),
    Known(
        "better",
        "a crash costs one test, which has one outcome: two tests are not counted as three",
        *acceptance("test_crashing_item[teardown]"),
    ),
    # ---- collected once ----
    Known(
        "better",
        "what is collected once cannot differ from worker to worker: the tests run",
        *acceptance("test_issue_594_random_parametrize"),
        exact=False,
    ),
    Known(
        "better",
        "node ids are those of one process, without @name, so that --lf and editors know them",
        *acceptance("TestGroupScope::test_multiple_group_marks", "TestGroupScope::test_multiple_group_order"),
    ),
    Known(
        "better",
        "sys.argv is that of one process",
        "test_remote.py::test_remote_inner_argv",
    ),
    Known(
        "shortfall",
        "a test file that ends the process while it is collected ends the run, as in one process, with no word of it",
        *acceptance("TestNodeFailure::test_max_worker_restart_die"),
        exact=False,
    ),
    Known(
        "better",
        "prun says how the worker ended that ended before it had collected",
        *acceptance("TestNodeFailure::test_max_worker_restart_die"),
        unsaid=["* xdist: worker gw* crashed and worker restarting disabled *"],
        exact=True,
    ),
    # ---- workers elsewhere ----
    Known(
        "shortfall",
        "workers are forks on this machine: another folder with copies of the files (chdir=) is refused",
        *acceptance("TestDistribution::test_distribution_rsyncdirs_example"),
    ),
    Known(
        "shortfall",
        "workers are forks on this machine: another process in between (via=) is refused",
        "test_workermanage.py::TestNodeManager::test_proxy_gateway",
    ),
    # ---- tests that xdist itself does not pass ----
    Known(
        "neither",
        "asks for session.nodeid, which pytest no longer has",
        *acceptance("test_terminate_on_hangingnode"),
    ),
    Known(
        "neither",
        "ends in assert 0; prun runs both tests that have the same id, and they pass",
        "test_dsession.py::test_pytest_issue419",
    ),
    Known(
        "neither",
        "compares workerinput['mainargv'] with sys.argv of the test's own process, where prun is not",
        "test_remote.py::test_remote_mainargv",
    ),
    # ---- nothing to run ----
    Known(
        "internal",
        "fakes Python's functions in the test's process; prun asks the kernel",
        *plugin(
            "test_auto_detect_cpus",
            "test_auto_detect_cpus_psutil",
            "test_auto_detect_cpus_os",
            "test_hook_auto_num_workers_none",
            "test_envvar_auto_num_workers_warn",
        ),
    ),
    Known(
        "internal",
        "xdist's NodeManager",
        *plugin(
            "test_testrunuid_provided",
            "test_testrunuid_generated",
            "TestDistOptions::test_getxspecs",
            "TestDistOptions::test_xspecs_multiplied",
            "TestDistOptions::test_getrsyncdirs",
            "TestDistOptions::test_getrsyncignore",
            "TestDistOptions::test_getrsyncdirs_with_conftest",
        ),
    ),
]
