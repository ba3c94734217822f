"""What pytest's serialisation makes of a subtest's parameters."""
import dataclasses
from types import SimpleNamespace

from prun import subtests


@dataclasses.dataclass(frozen=True)
class Context:
    kwargs: dict

    def __post_init__(self):
        object.__setattr__(self, "kwargs", {k: repr(v) for k, v in self.kwargs.items()})


def test_parameters_are_those_of_the_worker():
    data = {"_subtest.context": {"msg": None, "kwargs": Context({"n": 2}).kwargs}}
    report = SimpleNamespace(context=Context(data["_subtest.context"]["kwargs"]))
    subtests.mend(report, data)
    assert report.context.kwargs == {"n": "2"}


def test_other_reports_are_left_alone():
    report = object()
    subtests.mend(report, {"outcome": "passed"})
    subtests.mend(report, None)
