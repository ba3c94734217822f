"""Plain functions that leave something, each followed by one that finds things as they were."""
import logging
import os
import subprocess
import sys
import threading
import warnings

import pytest

order = []


def test_nothing():
    order.append("nothing")


def test_order():
    assert order == ["nothing"]


def test_prints():
    print("to stdout")
    print("to stderr", file=sys.stderr)


def test_prints_by_descriptor():
    os.write(1, b"one\n")
    os.write(2, b"two\n")


def test_child_prints():
    subprocess.run(["sh", "-c", "echo from a child; echo its error >&2"], check=True)


def test_fails():
    number = 3
    print("before it fails")
    assert number == 4, "a reason"


def test_compares():
    assert {"a": 1, "b": [1, 2, 3]} == {"a": 1, "b": [1, 2, 4]}


def test_compares_in_vain():
    with pytest.raises(AssertionError, match="3 == 4"):
        assert 3 == 4


def test_raises():
    raise ValueError("in the test")


def test_raises_from():
    try:
        {}["x"]
    except KeyError as e:
        raise RuntimeError("outer") from e


def test_last_is_forgotten():
    assert not hasattr(sys, "last_type")


def test_exits():
    sys.exit(3)


def test_skips():
    pytest.skip("for a reason")


def test_xfails():
    pytest.xfail("known")


def test_pytest_fails():
    pytest.fail("plainly", pytrace=False)


@pytest.mark.skip(reason="always")
def test_marked_skip():
    raise AssertionError


@pytest.mark.skipif(sys.version_info > (3,), reason="it is 3")
def test_marked_skipif():
    raise AssertionError


@pytest.mark.xfail(reason="known to fail")
def test_marked_xfail():
    assert 0


@pytest.mark.xfail(strict=True)
def test_strict():
    pass


@pytest.mark.mine
def test_marked():
    pass


def test_logs():
    logging.getLogger("some").warning("a warning %d", 1)
    logging.error("an error")


def test_logs_and_fails():
    logging.warning("before it fails")
    assert 0


def test_log_is_gone():
    assert [type(h).__name__ for h in logging.getLogger().handlers][-2:] == ["LogCaptureHandler"] * 2


def test_clears_handlers():
    logging.getLogger().handlers.clear()


def test_handlers_are_back():
    logging.warning("heard")
    assert len(logging.getLogger().handlers) >= 2


def test_adds_handler():
    handler = logging.NullHandler()
    handler.set_name("left")
    logging.getLogger().addHandler(handler)


def test_handler_is_first():
    logging.warning("after another handler")
    assert logging.getLogger().handlers[0].get_name() == "left" or len(logging.getLogger().handlers) > 2


def _old():
    warnings.warn("old", DeprecationWarning, stacklevel=2)


def test_warns():
    _old()
    _old()


def test_warns_again():
    _old()


def test_warns_of_its_caller():
    warnings.warn("whose line is this?", UserWarning, stacklevel=2)


def test_ignores_warnings():
    warnings.simplefilter("ignore")
    _old()


def test_warns_after_ignoring():
    _old()


def test_makes_errors_of_warnings():
    warnings.simplefilter("error")
    with pytest.raises(DeprecationWarning):
        _old()


def test_warns_after_errors():
    _old()


def test_shows_warnings_itself():
    warnings.showwarning = lambda *args, **kwargs: print("shown")
    _old()


def test_warns_as_before():
    _old()


@pytest.mark.filterwarnings("error")
def test_marked_error():
    with pytest.raises(DeprecationWarning):
        _old()


def test_warns_after_mark():
    _old()


def test_returns():
    return 3


def test_replaces_stdout():
    sys.stdout = sys.__stdout__


def test_stdout_is_back():
    print("captured again")
    assert sys.stdout is not sys.__stdout__


def test_closes_stdout():
    os.close(1)


def test_writes_after_close():
    os.write(1, b"captured once more\n")


def test_moves_stderr():
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    os.close(null)


def test_writes_after_move():
    os.write(2, b"heard\n")


def test_reads_stdin():
    with pytest.raises(OSError):
        sys.stdin.read()


def test_current():
    assert os.environ["PYTEST_CURRENT_TEST"].endswith("test_plain.py::test_current (call)")


def test_clears_environment():
    os.environ.clear()


def test_current_again():
    assert "PYTEST_CURRENT_TEST" in os.environ


def test_unraisable():
    class Bad:
        def __del__(self):
            raise ValueError("in a finalizer")

    Bad()


def test_after_unraisable():
    pass


def test_thread_raises():
    def run():
        raise ValueError("in a thread")

    thread = threading.Thread(target=run, name="bad")
    thread.start()
    thread.join()


def test_after_thread():
    pass


def test_replaces_hooks():
    sys.unraisablehook = sys.__unraisablehook__
    threading.excepthook = threading.__excepthook__


def test_changes_folder(request=None):
    os.chdir("/")


async def test_async():
    pass


def generator():
    yield 1


test_lambda = lambda: None  # noqa: E731


class Callable:
    def __call__(self):
        pass


def test_stack():
    frame = sys._getframe(1)
    assert frame.f_code.co_name == "pytest_pyfunc_call"


def test_forks():
    pid = os.fork()
    if pid == 0:
        return
    os.waitpid(pid, 0)


def test_last():
    assert order
