import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_json_runtest_metadata(item, call):
    if call.when == "call" and "hook" in item.keywords:
        return {"from the hook": item.name}


@pytest.hookimpl(optionalhook=True)
def pytest_json_modifyreport(json_report):
    json_report["shop"] = "open"


def pytest_collection_modifyitems(config, items):
    left_out = [item for item in items if "left_out" in item.name]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
