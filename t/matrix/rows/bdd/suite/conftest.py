import pytest
from pytest_bdd import given, parsers, then, when


def note(scenario, *words):
    with open("hooks", "a") as f:
        print(f"{scenario.name}:", *words, file=f)


def pytest_bdd_before_scenario(request, feature, scenario):
    # Examples of an outline share a name and may run at the same time.
    if "as many" not in scenario.name:
        note(scenario, "before scenario of", feature.name)


def pytest_bdd_after_scenario(request, feature, scenario):
    if "as many" not in scenario.name:
        note(scenario, "after scenario")


def pytest_bdd_before_step(request, feature, scenario, step, step_func):
    if "as many" not in scenario.name:
        note(scenario, "before", step.name)


def pytest_bdd_after_step(request, feature, scenario, step, step_func, step_func_args):
    if "as many" not in scenario.name:
        note(scenario, "after", step.name, sorted(name for name in step_func_args if name != "request"))


def pytest_bdd_step_error(request, feature, scenario, step, step_func, step_func_args, exception):
    if "as many" not in scenario.name:
        note(scenario, "error in", step.name, type(exception).__name__)


def pytest_bdd_step_func_lookup_error(request, feature, scenario, step, exception):
    note(scenario, "no step for", step.name)


@given("a basket", target_fixture="basket")
def basket():
    return []


@when(parsers.parse("I put {count:d} {what} into it"))
def put(basket, count, what):
    basket += [what] * count


@when("I drop it")
def drop(basket):
    raise OSError("dropped")


@then(parsers.parse("there are {total:d} things in it"))
def total(basket, total):
    assert len(basket) == total


@given("a folder", target_fixture="folder")
def folder(tmp_path):
    return tmp_path


@given("something that is not there", target_fixture="folder")
def absent():
    pytest.skip("not there")


@then("it is empty")
def empty(folder):
    assert not list(folder.iterdir())
