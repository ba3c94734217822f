"""pytest itself, --junitxml: families, logging, durations, and what tests record."""
import xml.etree.ElementTree as ET

from matrix import Case

DISTRIBUTIONS = {"pytest": None}
DEBIAN = ["python3-pytest"]


def suite(run):
    """(attributes of the suite without times, names of the test cases in their order)"""
    element = next(ET.parse(run.path("..", "probe.xml")).getroot().iter("testsuite"))
    attributes = {k: v for k, v in element.attrib.items() if k not in ("time", "timestamp")}
    return attributes, [(c.get("classname"), c.get("name")) for c in element.iter("testcase")]


def same_suite(peer, prun):
    (want, names), (got, order) = suite(peer), suite(prun)
    if want != got:
        yield f"testsuite: {peer.side} {want}, prun {got}"
    if names != order:
        yield f"order: {peer.side} {names}, prun {order}"
    properties = dict(prun.record.junit["suite"])
    if "xunit2" not in str(prun.record.junit) and not {"ARCH", "number", "from a test"} <= properties.keys():
        yield f"properties of the suite: {properties}"


def call_only(peer, prun):
    """Each time is that of the call, as reported."""
    yield from same_suite(peer, prun)
    calls = {r["id"].rpartition("::")[2]: r["duration"] for r in prun.record.reports if r["when"] == "call"}
    for case in ET.parse(prun.path("..", "probe.xml")).getroot().iter("testcase"):
        want = calls.get(case.get("name"))
        if case.get("name").startswith("test_slow") and abs(float(case.get("time")) - want) > 0.002:
            yield f"{case.get('name')} took {case.get('time')} in JUnit, its call {want}"


CASES = [
    Case(f"junit_family={family}, junit_logging={logging}", (f"-ojunit_family={family}", f"-ojunit_logging={logging}"), check=same_suite)
    for family, logging in (("xunit1", "all"), ("xunit2", "system-out"), ("legacy", "out-err"))
] + [
    Case("junit_logging=no", ("-ojunit_logging=no",), check=same_suite, modes=("load",)),
    Case("junit_log_passing_tests=false", ("-ojunit_log_passing_tests=false", "-ojunit_logging=all"), check=same_suite, modes=("load",)),
    Case("junit_duration_report=call", ("-ojunit_duration_report=call", "-ojunit_family=xunit1"), check=call_only, modes=("load",)),
    Case("junit_suite_name", ("-ojunit_suite_name=orders",), check=same_suite, modes=("load",)),
    Case("--junitprefix", ("--junitprefix=pre",), check=same_suite, modes=("load",), outcomes=False),
    Case("a file that cannot be collected", ("broken.py", "test_junit.py"), modes=("load",)),
    Case(
        "--continue-on-collection-errors",
        ("broken.py", "test_junit.py", "--continue-on-collection-errors"),
        check=same_suite,
        modes=("load",),
    ),
]
