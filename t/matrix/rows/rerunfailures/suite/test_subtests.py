"""Subtests, which pytest has since 9.0: those of an attempt that is not the last do not count."""
import pytest

if not hasattr(pytest, "Subtests"):
    pytest.skip("no subtests", allow_module_level=True)


@pytest.mark.flaky(reruns=2)
def test_subtests(subtests, attempt):
    for i in range(3):
        with subtests.test(i=i):
            assert attempt == 2 or i != 1


@pytest.mark.flaky(reruns=1)
def test_subtest_fails_each_time(subtests, attempt):
    with subtests.test("good"):
        pass
    with subtests.test("bad"):
        assert attempt == 7
