import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    report.description = str(item.function.__doc__)
    if report.when == "call" and report.failed:
        extras = getattr(report, "extras", [])
        extras.append(
            {
                "name": "Failure",
                "format_type": "text",
                "content": f"of {item.nodeid}",
                "mime_type": "text/plain",
                "extension": "txt",
            }
        )
        report.extras = extras


def pytest_html_report_title(report):
    report.title = "Orders"


def pytest_html_results_summary(prefix, summary, postfix, session):
    prefix.append("<p>before</p>")
    summary.append(f"<p>{session.testscollected} collected, {session.testsfailed} failed</p>")
    postfix.append("<p>after</p>")


def pytest_html_results_table_header(cells):
    cells.insert(2, "<th>Description</th>")
    cells.insert(1, '<th class="sortable" data-column-type="phase">Phase</th>')


def pytest_html_results_table_row(report, cells):
    cells.insert(2, f"<td>{getattr(report, 'description', '')}</td>")
    cells.insert(1, f'<td class="col-phase">{report.when}</td>')
    if report.skipped and "left out" in str(report.longrepr):
        del cells[:]


def pytest_html_results_table_html(report, data):
    if report.passed:
        data[:] = [f"nothing to see of {report.when}"]


def pytest_html_duration_format(duration):
    return "as long as it took"


@pytest.hookimpl(optionalhook=True)
def pytest_metadata(metadata, config):
    metadata["Shop"] = "open"
    metadata["SECRET_KEY"] = "hidden"
