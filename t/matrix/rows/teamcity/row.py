"""teamcity-messages: the messages from which TeamCity and JetBrains' IDEs show tests while they run."""
import re

from matrix import Case, Note

DISTRIBUTIONS = {"teamcity-messages": "teamcity.pytest_plugin"}

ESCAPES = {"n": "\n", "r": "\r", "|": "|", "'": "'", "[": "[", "]": "]"}


def unescaped(text):
    text = re.sub(r"\|0x([0-9A-Fa-f]{4})", lambda m: chr(int(m.group(1), 16)), text)
    return re.sub(r"\|(.)", lambda m: ESCAPES.get(m.group(1), m.group(1)), text)


MESSAGE = re.compile(r"##teamcity\[(\w+)((?: \w+='(?:\|.|[^'|])*')*)\]")


def messages(output):
    """[(name, {attribute: value})] in the order in which they were printed."""
    return [
        (name, {key: unescaped(value) for key, value in re.findall(r" (\w+)='((?:\|.|[^'|])*)'", rest)})
        for name, rest in MESSAGE.findall(output)
    ]


def by_test(run, compared=False):
    """{test: [what was said of it, in order]}, without times, addresses and the names of workers.

    compared: with the two values that a failed comparison compared?
    """
    found = {}
    for name, said in messages(run.output):
        flow = said.get("flowId")
        said = {key: value for key, value in said.items() if key not in ("timestamp", "duration", "flowId")}
        for key in said.keys() & {"details", "message"}:
            said[key] = re.sub(r"0x[0-9a-f]{6,}|^\[gw\d+\].*\n", "", said[key], flags=re.M)
        if name == "testFailed" and not compared:
            for key in ("actual", "expected", "type"):
                said.pop(key, None)
            said["message"] = said["message"].partition("\n")[0]
        found.setdefault(said.get("name"), []).append((name, flow == said.get("name"), sorted(said.items())))
    return found


def same_messages(peer, prun, compared=False):
    theirs, ours = by_test(peer, compared), by_test(prun, compared)
    if peer.side == "xdist":
        del ours[None]  # the number of tests, which xdist does not say
    for test in sorted(theirs.keys() | ours.keys(), key=str):
        if theirs.get(test) != ours.get(test):
            yield f"{test}: {peer.side} {theirs.get(test)}, prun {ours.get(test)}"
    said = {name for name, _ in messages(prun.output)}
    if not said >= {"testCount", "testStarted", "testFinished", "testFailed"}:
        yield f"prun said only {said}"
    for run in (peer, prun):
        if run.output.count("##teamcity[") != len(messages(run.output)):
            yield f"{run.side}: a message was cut"


def same_comparison(peer, prun):
    return same_messages(peer, prun, compared=True)


# In one process the messages of unittest's subtests are caught as output of their test.
ALL = ("--teamcity", "--deselect", "package/test_more.py::TestCase::test_subtests")
CASES = [
    Case("--teamcity", ALL, check=same_messages, modes=("load", "loadscope", "loadfile", "worksteal")),
    Case("TEAMCITY_VERSION", ALL[1:], check=same_messages, modes=("load",), env={"TEAMCITY_VERSION": "2024.1"}),
    Case("--teamcity, as with xdist", ("--teamcity", "test_all.py"), check=same_messages, against="xdist", modes=("load", "loadscope")),
    Case("--teamcity -s", (*ALL, "-s"), check=same_messages, modes=("load",)),
    Case("--no-teamcity", ("--no-teamcity",), modes=("load",), env={"TEAMCITY_VERSION": "2024.1"}),
    Case("actual and expected value", ("--teamcity", "-k", "test_fails"), check=same_comparison, modes=("load",)),
]
NOTES = {
    "actual and expected value": Note(
        "The message of a failed comparison lacks the two values as attributes of their own, as "
        "with pytest-xdist: the plugin keeps them where the test ran. An IDE's link to a diff is missing, the text of the "
        "failure is whole; run that test with -n0 to have the link.",
    ),
}
