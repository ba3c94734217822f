"""Reports of subtests, as they come out of pytest's own serialisation.

pytest 9 makes the parameters of a subtest repr() as soon as there is a context for them, and so once more where the
context is made from JSON: ``n=2`` would be shown as ``n='2'`` (in xdist it is).
"""


def mend(report, data):
    """Parameters as they were in the worker.  data: what `report` was made from."""
    given = data.get("_subtest.context") if isinstance(data, dict) else None
    if given and report.context.kwargs != given["kwargs"]:
        object.__setattr__(report.context, "kwargs", given["kwargs"])  # it is frozen
