import time

import pytest


def work(n=3):
    return sum(range(n))


def test_function(benchmark):
    assert benchmark(work) == 3


def test_arguments(benchmark):
    benchmark.extra_info["kind"] = "arguments"
    assert benchmark(work, n=10) == 45


def test_pedantic(benchmark):
    assert benchmark.pedantic(work, args=(4,), iterations=2, rounds=3, warmup_rounds=1) == 6


@pytest.mark.benchmark(group="sums", min_rounds=2)
@pytest.mark.parametrize("n", [1, 10, 100])
def test_group(benchmark, n):
    benchmark(work, n)


@pytest.mark.benchmark(group="timers", timer=time.process_time)
def test_timer(benchmark):
    @benchmark
    def result():
        return work()

    assert result == 3


def test_weave(benchmark):
    assert benchmark.weave is not None
    benchmark(work)


def test_wrong_result(benchmark):
    assert benchmark(work) == 4


def test_raises(benchmark):
    benchmark(lambda: 1 / 0)


def test_unused(benchmark):
    pass


def test_without_benchmark():
    assert work() == 3


@pytest.mark.skip
def test_skipped(benchmark):
    benchmark(work)
