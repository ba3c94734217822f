"""What is compared of subtests, whoever brings them: rows subtests and subtests9."""
import json
import re

LETTERS = re.compile(r"(?:test_\S+ )?([,.uFEsxXyY-]+) *(?:\[ *\d+%\])?$")


def letters(output):
    """Progress letters, of which the order is that of arrival."""
    _, _, rest = output.partition("collected ")
    found = ""
    for line in rest.splitlines()[1:]:
        if line.startswith("="):
            break
        match = LETTERS.match(line)
        found += match[1] if match else ""
    return "".join(sorted(found))


def words(output):
    """{(test, word)} of -v, which has one line for each report."""
    found = []
    for line in output.splitlines():
        match = re.match(r"(?P<id>test_\S+) (?P<word>.*?) +\[ *\d+%\]$", line) or re.match(
            r"\[gw\d+\] \[ *\d+%\] (?P<word>.*) (?P<id>test_\S+) *$", line
        )
        if match:
            # One process says why a test is skipped as well.
            found.append((match["id"], re.sub(r" ?\((not now|wrong|later)\)$", "", match["word"])))
    return sorted(found)


def same(what, read):
    def check(peer, prun):
        want, got = read(peer.output), read(prun.output)
        if want != got or len(want) < 8:
            yield f"{what}: {want} is {got} with prun"

    return check


def last_failed(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


same_letters = same("letters", letters)
same_words = same("-v", words)
LAST_FAILED = {".pytest_cache/v/cache/lastfailed": last_failed}
