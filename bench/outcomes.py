"""How many tests passed, failed ...: from the last lines of pytest and of those that write otherwise."""
import re

# Only what every runner counts; of warnings, pytest-xdist gives some once in each process.
_COUNT = re.compile(r"(\d+) (passed|failed|error|skipped|xfailed|xpassed)")
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def outcomes(text, summary=""):
    """The counts in the last line that has some: {outcome: number}, without zeros.

    summary: a regular expression that this line matches, for runners that count elsewhere too.
    """
    for line in reversed(_COLOUR.sub("", text).splitlines()):
        counts = {word: int(number) for number, word in _COUNT.findall(line) if int(number)}
        if counts and re.search(summary, line):
            return counts
    return {}


def spelt(counts):
    """Counts as words."""
    return ", ".join(f"{number} {word}" for word, number in counts.items()) or "no outcomes"
