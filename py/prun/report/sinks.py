"""The sinks that were asked for, and the record that they hear."""
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
    files.check(asked.values())
    told = story.Story()
    sinks = [told, *(_OPEN[name](*given, told) for name, given in asked.items())]
    if annotates:
        sinks.append(github.Sink(told, config.rootpath))
    config.pluginmanager.register(record.Record(config, sinks), NAME)
    if files.STDOUT in [value for _, value in asked.values()]:
        config.pluginmanager.register(files.Aside(), "prun-report-aside")


def _jsonl(option, value, told):
    from prun.report import jsonl

    return jsonl.Sink(files.Stream(option, value))


def _json(option, value, told):
    from prun.report import json

    return files.Document(files.to(option, value), json.render, told)


def _tap(option, value, told):
    from prun.report import tap

    return tap.Sink(files.to(option, value))


_OPEN = {
    "report_jsonl": _jsonl,
    "report_json": _json,
    "report_tap": _tap,
}
