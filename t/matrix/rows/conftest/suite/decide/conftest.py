"""What conftests are for: choose, order, name, mark, wait for outcomes, say something, and write it down at the end."""
import json

import pytest

results = {"reports": [], "started": [], "warnings": [], "collected": 0}


def pytest_addoption(parser):
    parser.addoption("--slow", action="store_true")
    parser.addini("greeting", "said in the header", default="hello")


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: runs with --slow only")
    config.greeting = config.getini("greeting")


def pytest_report_header(config):
    return f"conftest: {config.greeting}"


def pytest_ignore_collect(collection_path):
    return True if collection_path.name == "test_not_collected.py" else None


def pytest_collection_modifyitems(config, items):
    items.sort(key=lambda item: item.name, reverse=True)
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="needs --slow"))
    items[:], gone = [i for i in items if "gone" not in i.name], [i for i in items if "gone" in i.name]
    config.hook.pytest_deselected(items=gone)


def pytest_collection_finish(session):
    results["collected"] = len(session.items)


def pytest_report_collectionfinish(config, items):
    return [f"conftest: {len(items)} to run"]


def pytest_generate_tests(metafunc):
    if "number" in metafunc.fixturenames:
        metafunc.parametrize("number", [1, 2, 3])


def pytest_make_parametrize_id(config, val, argname):
    return f"{argname}={val}" if argname == "number" else None


def pytest_pycollect_makeitem(collector, name, obj):
    if name.startswith("check_") and callable(obj):
        return pytest.Function.from_parent(collector, name=name, callobj=obj)
    return None


def pytest_itemcollected(item):
    item.user_properties.append(("length of name", len(item.name)))


def pytest_runtest_setup(item):
    if "not_here" in item.name:
        pytest.skip("not here")
    item.set_up = True


@pytest.hookimpl(hookwrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    print(f"calling {pyfuncitem.name}")
    outcome = yield
    if "forgiven" in pyfuncitem.name:
        outcome.force_result(True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    setattr(item, "rep_" + report.when, report)
    report.extra_words = {"doc": item.function.__doc__, "pair": (1, 2)}
    if report.when == "call" and report.failed:
        report.sections.append(("From conftest", "more about it"))


@pytest.fixture(autouse=True)
def outcome(request):
    yield
    if request.node.rep_setup.passed and request.node.rep_call.failed:
        print("the test has failed")


def pytest_exception_interact(node, call, report):
    report.sections.append(("Exception", call.excinfo.typename))


def pytest_assertrepr_compare(config, op, left, right):
    if isinstance(left, set) and op == "==":
        return ["two sets", f"{len(left)} and {len(right)}"]
    return None


def pytest_report_teststatus(report, config):
    if report.when == "call" and report.passed and "odd" in report.nodeid:
        return "odd", "o", ("ODD", {"cyan": True})
    return None


def pytest_runtest_logstart(nodeid, location):
    results["started"].append(nodeid)


def pytest_runtest_logreport(report):
    results["reports"].append(f"{report.nodeid} {report.when} {report.outcome} {report.extra_words}")


def pytest_warning_recorded(warning_message, when, nodeid):
    results["warnings"].append(f"{nodeid} {when} {warning_message.category.__name__} {warning_message.message}")


def pytest_sessionfinish(session, exitstatus):
    with open("results.json", "w") as f:
        json.dump({**results, "exitstatus": int(exitstatus), "failed": session.testsfailed}, f)
    if exitstatus == 1:
        session.exitstatus = 7


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    terminalreporter.section("conftest")
    for category in sorted(filter(None, terminalreporter.stats)):
        terminalreporter.write_line(f"conftest: {len(terminalreporter.stats[category])} {category}")


def pytest_unconfigure(config):
    with open("unconfigured", "a") as f:
        f.write("once\n")
