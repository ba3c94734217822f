"""The sinks that were asked for, and the record that they hear."""
from importlib import import_module

from prun import exact
from prun.report import NAME, files, fixtures, github, record, story


def open_all(config, asked):
    """asked: {name of an option's value: (the option, its value)}.  Raises UsageError where one cannot be written."""
    annotates = github.wanted(config)
    if not asked and not annotates:
        return
    if asked:
        config.pluginmanager.register(fixtures.Times(config), "prun-fixture-times")
    if exact.worker:
        return  # the master writes
    files.check([*_of_pytest(config), *asked.values()])
    told = story.Story()
    sinks = [told, *(_OPEN[name](*given, told) for name, given in asked.items())]
    if annotates:
        sinks.append(github.Sink(told, config.rootpath))
    config.pluginmanager.register(record.Record(config, sinks), NAME)
    if files.STDOUT in [value for _, value in asked.values()]:
        config.pluginmanager.register(files.Aside(), "prun-report-aside")


def _of_pytest(config):
    """(option, target) of reports that are pytest's own."""
    target = getattr(config.option, "xmlpath", None)
    return [("--junitxml", target)] if target else []


def _jsonl(option, value, told):
    from prun.report import jsonl

    return jsonl.Sink(files.Stream(option, value))


def _tap(option, value, told):
    from prun.report import tap

    return tap.Sink(files.to(option, value))


def _document(name):
    """A report that `render` of the module of that name makes when the run is over."""

    def sink(option, value, told):
        out = files.to(option, value)
        return files.Document(out, import_module(f"prun.report.{name}").render, told)

    return sink


_OPEN = {
    "report_jsonl": _jsonl,
    "report_tap": _tap,
    "report_json": _document("json"),
    "report_html": _document("html"),
    "report_trace": _document("trace"),
}
