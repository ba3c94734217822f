"""``prun --verify-dropin``: is prun a drop-in for serial pytest on this suite?

    cli       the command line, and what is left of it for the two sides
    runs      one run of one side, in a process of its own, and what it left behind
    probe/    the pytest plugin that records such a run
    record    what was recorded, as data
    artefacts JUnit and coverage files, as data
    compare   two records: what differs
    explain   runs differing tests again to find out why
    scan      what source files say: worker ids read at import, state kept in modules
    verdict   the text and the JSON

Here stands only what every run needs.
"""

FLAG = "--verify-dropin"


def add_options(parser):
    """For `prun --help`; main() has taken them from the command line before pytest sees it."""
    group = parser.getgroup("prun", "prun")
    group.addoption(
        FLAG,
        action="store_true",
        help="Run serial pytest and prun in turn, compare, explain what differs, and end in a verdict: "
        "0 drop-in, 1 not",
    )
    group.addoption(
        "--verify-runs",
        metavar="K",
        help=f"{FLAG}: how often a differing test is run again on each side (default 3)",
    )
    group.addoption("--verify-report", metavar="FILE", help=f"{FLAG}: write what was found to FILE, as JSON")


def refuse_elsewhere(option):
    """These options mean nothing in addopts, nor without the first of them.  Raises UsageError."""
    given = option.verify_dropin or option.verify_runs is not None or option.verify_report is not None
    if given and not option.help:
        import pytest

        raise pytest.UsageError(f"--verify-* options need {FLAG}, on the command line itself")


def wanted(args):
    """Does the command line ask for a verification?"""
    own = args[: args.index("--")] if "--" in args else args
    return FLAG in own and "-h" not in own and "--help" not in own
