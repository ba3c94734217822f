"""pytest-bdd: scenarios, outlines and backgrounds, hooks, --cucumberjson and --gherkin-terminal-reporter."""
import json
import re

from matrix import Case, lines, same_shown, without

DISTRIBUTIONS = {"pytest-bdd": "pytest_bdd.plugin"}
DEBIAN = ["python3-pytest-bdd"]


def cucumber(path):
    """The report without times; features and scenarios are in the order in which they ended."""
    with open(path, encoding="utf-8") as f:
        features = without(json.load(f), "duration")
    for feature in features:
        feature["elements"].sort(key=lambda element: (element["line"], element["id"], element["name"]))
        for element in feature["elements"]:
            for step in element["steps"]:
                words = step["result"].get("error_message")
                if words:
                    step["result"]["error_message"] = re.sub(r"0x[0-9a-f]+", "0xN", words)
    return sorted(features, key=lambda feature: feature["uri"])


def told(output):
    """Scenarios as --gherkin-terminal-reporter shows them: the words of each block, whatever came between."""
    return sorted(re.sub(r" *\[ *\d+%\]|\[gw\d\] *", "", line).rstrip() for line in output.splitlines() if re.match(r" *(Feature|Scenario|Given|When|Then|And|PASSED|FAILED|SKIPPED)\b.*(?<!%\])", line))


def same_told(peer, prun):
    if told(peer.output) != told(prun.output) or len(told(peer.output)) < 10:
        yield f"{told(peer.output)} is {told(prun.output)} with prun"


def steps(run):
    """{scenario: what its hooks were told, in order}"""
    found = {}
    for line in lines(run.path("hooks")):
        scenario, _, what = line.partition(": ")
        found.setdefault(scenario, []).append(what)
    return found


def same_steps(peer, prun):
    if steps(peer) != steps(prun) or len(steps(peer)) < 4:
        yield f"{steps(peer)} is {steps(prun)} with prun"


CASES = [
    Case("scenarios", ("test_shop.py", "test_more.py"), check=same_shown, modes=("load", "loadscope", "loadfile", "worksteal")),
    Case("--cucumberjson", ("test_shop.py", "test_more.py", "--cucumberjson=out.json"), files={"out.json": cucumber}),
    Case("--gherkin-terminal-reporter", ("test_shop.py", "--gherkin-terminal-reporter", "-v"), check=same_told, modes=("load",)),
    Case("--gherkin-terminal-reporter -vv", ("test_shop.py", "--gherkin-terminal-reporter", "-vv"), check=same_told, modes=("load",)),
    Case("hooks", ("test_shop.py",), check=same_steps),
    Case("tags are marks", ("test_shop.py", "-m", "slow or broken"), check=same_shown, modes=("load",)),
]
