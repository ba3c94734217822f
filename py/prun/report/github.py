"""Annotations for GitHub: a failed test is marked at the line of its file that failed."""
import os

_PLUGIN = "pytest_github_actions_annotate_failures"


def wanted(config):
    """Asked for, or run by GitHub, where no plugin annotates already."""
    choice = config.option.report_github
    if choice != "auto":
        return choice == "yes"
    there = any(getattr(p, "__name__", "").startswith(_PLUGIN) for p in config.pluginmanager.get_plugins())
    return os.environ.get("GITHUB_ACTIONS") == "true" and not there


def _data(text):
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text):
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def command(level, file, line, title, text):
    """A workflow command, one line; file: of the repository, or None."""
    place = [("file", file), ("line", line and str(line)), ("title", title)]
    said = ",".join(f"{name}={_property(value)}" for name, value in place if value)
    return f"::{level} {said}::{_data(text)}"


def _location(test):
    """(file, line counted from 1, name)"""
    file, line, name = test.get("location") or (test["id"].partition("::")[0], 0, test["id"].rpartition("::")[2])
    return file, (line or 0) + 1, name


class Sink:
    def __init__(self, story, rootdir):
        self._story = story
        self._rootdir = str(rootdir)
        self._top = os.environ.get("GITHUB_WORKSPACE") or self._rootdir

    def event(self, event):
        pass

    def summary(self, reporter):
        reporter.ensure_newline()
        for line in self.lines():
            # As it is: a line that is not for the terminal must not be folded or coloured.
            reporter.line(line)

    def lines(self):
        for tests in self._story.attempts().values():
            if tests[-1]["outcome"] in ("failed", "error"):
                yield self._failure(tests[-1])
        for tests in self._story.flaky():
            file, line, name = next(map(_location, tests))
            yield command("warning", self._place(file), line, name, f"flaky: it passed when it was run again ({len(tests)} times in all)")
        for event in self._story.not_collected:
            if event["outcome"] == "failed":
                file = event["id"].partition("::")[0]
                yield command("error", self._place(file), None, "cannot be collected", event["text"])

    def _failure(self, test):
        file, line, name = _location(test)
        phase = next((phase for phase in test["phases"] if "text" in phase), {})
        path, at, message = phase.get("crash_at", (None, None, phase.get("text", test["outcome"])))
        if path and self._is_same(path, file):
            line = at  # else it failed in what the test called
        return command("error", self._place(file), line, name, message)

    def _is_same(self, *files):
        try:
            return os.path.samefile(*(os.path.join(self._rootdir, file) for file in files))
        except (OSError, ValueError):
            return False

    def _place(self, file):
        """As seen from the top of the repository."""
        return os.path.relpath(os.path.join(self._rootdir, file), self._top)
