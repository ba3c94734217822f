import multiprocessing
import os
import subprocess
import sys

import pytest

from shop import jobs

if not hasattr(os, "fork"):
    pytest.skip("no fork", allow_module_level=True)


def test_subprocess():
    said = subprocess.run([sys.executable, "-m", "shop.jobs", "a", "b"], stdout=subprocess.PIPE, text=True, check=True)
    assert said.stdout == "a b\n"


def test_fork_and_exit():
    pid = os.fork()
    if not pid:
        status = jobs.by_fork(3)
        os._exit(status)
    assert os.WEXITSTATUS(os.waitpid(pid, 0)[1]) == 6


def test_pool():
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(jobs.by_pool, range(4)) == [1, 2, 3, 4]
        pool.close()
        pool.join()


@pytest.mark.parametrize("method, work", [("fork", jobs.by_process), ("spawn", jobs.by_spawn)])
def test_process(method, work):
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    process = context.Process(target=work, args=(queue,))
    process.start()
    assert queue.get(timeout=30) in ("done", "spawned")
    process.join()
    assert process.exitcode == 0
