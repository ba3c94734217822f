"""``prun --doctor``: what held up the last run, and what would help.  No test runs.

    lastrun   what a run leaves for it, beside the history (prun-history(5))
    findings  what follows from that
    words     the findings as text
"""
FLAG = "--doctor"


def add_options(parser):
    parser.getgroup("prun", "prun").addoption(
        FLAG,
        action="store_true",
        help="Run no tests: say what held up the last run that had workers, which option would help, and by how much",
    )


def examine(config):
    """Before pytest is configured.  Returns the exit status: 0, or 1 where there is nothing to examine."""
    import sys

    from prun.doctor import findings, lastrun, words

    path = lastrun.path(config)
    run = path and lastrun.read(path)
    if not run:
        where = path or "pytest's cache, which is turned off"
        print(f"prun: there is no record of a run in {where}; run the tests once with -n", file=sys.stderr)
        return 1
    try:
        lines = words.of(run, findings.of(run))
    except (LookupError, TypeError, ValueError, ArithmeticError):
        print(f"prun: {path} is not what a run has left there; run the tests once with -n", file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0
