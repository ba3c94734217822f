"""Reports of a run in other forms than pytest's own: one record of what happens, and sinks that write it (prun-report(5)).

    record    the plugin that hears of the run, and makes events of it
    story     events put together: what became of each test
    files     where reports go, and that they are there whole or not at all
    sinks     which of those below are asked for
    fixtures  how long fixtures take to set up, measured where tests run
    jsonl     events as they happen
    json      one document
    tap       the Test Anything Protocol
    github    annotations, where GitHub runs prun
    html      a page for people
    trace     the trace-event format, for Perfetto

A sink has event(dict), which is called for each event, and may have summary(reporter) for what belongs into
pytest's terminal summary.  Nothing but this module is imported unless a report is asked for.
"""
import os

NAME = "prun-report"  # of the record among pytest's plugins, in the master
MAIN = "main"  # the worker of a run without workers

_FILES = (
    ("--report-jsonl", "report_jsonl", "FILE", "Write events as they happen, one JSON object a line"),
    ("--report-json", "report_json", "FILE", "Write one JSON document of the run"),
    ("--report-html", "report_html", "FILE", "Write one page with a timeline, failures, what is slow and what is flaky"),
    ("--report-trace", "report_trace", "FILE", "Write a trace for Perfetto or chrome://tracing"),
    ("--tap", "report_tap", "FILE", "Write the Test Anything Protocol"),
)


def add_options(parser):
    group = parser.getgroup("prun", "prun")
    for option, name, metavar, text in _FILES:
        group.addoption(option, dest=name, metavar=metavar, help=f"{text}; -: standard output; fd:N: that descriptor; see prun-report(5)")
    group.addoption(
        "--github-annotations",
        dest="report_github",
        choices=("auto", "yes", "no"),
        default="auto",
        help="Mark failures at the lines that failed, as GitHub reads it; auto: where GITHUB_ACTIONS is true",
    )


def configure(config):
    option = config.option
    asked = {name: (flag, value) for flag, name, *_ in _FILES for value in [getattr(option, name)] if value is not None}
    if not asked and option.report_github == "auto" and "GITHUB_ACTIONS" not in os.environ:
        return
    if option.help or option.version:
        return
    from prun.report import sinks

    sinks.open_all(config, asked)


def of(config):
    """The Record of this run, or None."""
    return config.pluginmanager.getplugin(NAME)
