import pytest


@pytest.fixture(scope="session", autouse=True)
def suite_properties(record_testsuite_property):
    record_testsuite_property("ARCH", "PPC")
    record_testsuite_property("number", 7)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call":
        outcome.get_result().user_properties.append(("from the hook", item.name))
