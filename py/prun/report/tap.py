"""``--tap``: the Test Anything Protocol, version 13, which every harness reads."""
import json
import re

_CONTROL = re.compile(r"[^\t\n\x20-\x7e\x80-\ud7ff\ue000-\U0010ffff]")
_WELL = frozenset(("passed", "skipped", "xfailed", "xpassed", "rerun"))


def description(text):
    """In a test line: one line, in which nothing is a directive."""
    text = " ".join(text.split("\n"))
    return _CONTROL.sub("?", text).replace("\\", "\\\\").replace("#", "\\#")


def _scalar(text):
    """YAML's double-quoted strings are JSON's."""
    return json.dumps(_CONTROL.sub("?", text), ensure_ascii=False)


def _comment(text):
    return [f"# {_CONTROL.sub('?', line.expandtabs())}".rstrip() for line in text.rstrip("\n").split("\n")]


def diagnosis(test):
    """Lines that follow a test that has not gone well: YAML for programs, comments for people.

    TAP::Parser reads little of YAML, and no text that begins with spaces: hence scalars alone.
    """
    said = [phase for phase in test["phases"] if "text" in phase]
    lines = ["  ---", f"  outcome: {test['outcome']}", f"  worker: {test['worker']}"]
    lines.append(f"  duration_ms: {test['duration'] * 1000:.3f}")
    if "location" in test:
        file, line, _ = test["location"]
        lines.append(f"  at: {_scalar(f'{file}:{(line or 0) + 1}')}")
    if said:
        lines.append(f"  message: {_scalar(said[0]['crash_at'][2] if 'crash_at' in said[0] else said[0]['text'])}")
    lines.append("  ...")
    for phase in said:
        lines += [f"# {phase['when']}:", *_comment(phase["text"])]
    for title, text in test.get("sections", ()):
        lines += [*_comment(f"{title}:"), *_comment(text)]
    return lines


class Sink:
    """Test lines as tests end, the plan at the end."""

    def __init__(self, out):
        """out: of files.to()."""
        self.target = out.target
        self._out = out
        self._count = 0

    def _write(self, text):
        self._out.write(text.encode())

    def event(self, event):
        getattr(self, "_" + event["event"], lambda event: None)(event)

    def _run_start(self, event):
        self._write("TAP version 13\n")

    def _line(self, well, name, directive="", more=()):
        self._count += 1
        head = f"{'ok' if well else 'not ok'} {self._count} - {description(name)}{directive}"
        self._write("\n".join([head, *more]) + "\n")

    def _test_end(self, test):
        word = test["outcome"]
        if word in ("rerun", "interrupted"):  # no outcome yet, or none at all
            self._write(f"# {word}: {description(test['id'])}\n")
        elif word in ("skipped", "xfailed", "xpassed"):
            reason = next((phase["reason"] for phase in test["phases"] if phase.get("reason")), "")
            kind = "SKIP" if word == "skipped" else "TODO"
            self._line(word != "xfailed", test["id"], f" # {kind} {description(reason)}".rstrip())
        else:
            well = word == "passed"
            self._line(well, test["id"], more=() if well else diagnosis(test))

    def _not_collected(self, event):
        if event["outcome"] == "skipped":
            self._line(True, event["id"], f" # SKIP {description(event['text'])}")
        else:
            self._line(False, event["id"], more=_comment(event["text"]))

    def _run_end(self, event):
        status = event["exit_status"]
        self._write(f"1..{self._count}{'' if self._count else ' # SKIP no tests'}\n")
        if status not in (0, 1, 5):
            self._write(f"Bail out! {description(event['reason'] or f'exit status {status}')}\n")
        self._out.close()
