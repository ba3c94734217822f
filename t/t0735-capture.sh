#!/usr/bin/env bash
# The short cut of capsys: streams are as new in each phase, whatever was done to those before.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

words() {
    sed -E 's/in [0-9.]+s( \([0-9:]+\))?//; s/0x[0-9a-f]+/0xX/g; s/(duration|start|stop) += [0-9.e-]+/\1 = N/g; s/\.\.\.[0-9a-f]*>/...>/g; s/^=+|=+$//g; /^short cuts:/d' "$out" "$err"
}

# same DESCRIPTION ARGUMENTS...: with one worker, so that the order is that of the file.
same() {
    local what=$1
    shift
    PRUN_NO_FAST=capture${without+,$without} prun -n 1 -rA -p no:cacheprovider "$@"
    local status=$rc
    words >"$work/without"
    PRUN_NO_FAST=${without-} prun -n 1 -rA -p no:cacheprovider "$@"
    is "$rc" "$status" "$what: exit status"
    words >"$work/with"
    ok "$what: what is said" diff "$work/without" "$work/with"
}

put test_streams.py <<'PY'
import io
import logging
import sys
import threading
import weakref

import pytest
from _pytest import capture


def told(capsys, say):
    """What there is of a fixture that captures, in a list."""
    multi = capsys._capture
    say(list(vars(capsys)), capsys._captured_out, multi and list(vars(multi).items())[0])
    for one in multi and (multi.out, multi.err) or ():
        stream = one.tmpfile
        say(type(multi), multi._state, list(vars(multi)), type(one), list(vars(one)), one.name, one._state, vars(stream))
        say(type(stream), stream.encoding, stream.errors, stream.newlines, stream.line_buffering, stream.write_through)
        say(stream.tell(), stream._CHUNK_SIZE, stream.closed, type(stream.buffer), vars(stream.buffer))
        say(getattr(sys, one.name) is stream, one._old is getattr(sys, one.name))


@pytest.fixture(autouse=True)
def each(capsys, pytestconfig, request):
    """Looks at the streams when they are new, and tells at the end what it has seen."""
    lines = []
    say = lambda *words: lines.append(" ".join(map(str, words)))
    say("set up"), told(capsys, say)
    request.node.say = say
    yield
    say("taken down"), told(capsys, say)
    with capsys.disabled():
        sys.stdout.write("\n".join(lines) + "\n")


def acts():
    """What a test may do to its streams; each is done in the set-up and in the call."""

    def nothing(capsys, kept):
        pass

    def writes(capsys, kept):
        print("out")
        print("err", file=sys.stderr)

    def reads(capsys, kept):
        writes(capsys, kept)
        assert capsys.readouterr() == ("out\n", "err\n")

    def holds(capsys, kept):
        kept += sys.stdout, sys.stderr

    def holds_captures(capsys, kept):
        kept += capsys._capture, capsys._capture.out

    def holds_attributes(capsys, kept):
        kept += vars(capsys._capture), vars(capsys._capture.err), vars(sys.stderr)

    def holds_buffer(capsys, kept):
        kept.append(sys.stdout.buffer)

    def holds_view(capsys, kept):
        kept.append(sys.stdout.buffer.getbuffer())

    def refers(capsys, kept):
        kept += map(weakref.ref, (sys.stdout, sys.stdout.buffer, sys.stderr, capsys._capture))

    def reconfigures_newline(capsys, kept):
        sys.stdout.reconfigure(newline="\r\n")

    def reconfigures_and_back(capsys, kept):
        sys.stdout.reconfigure(newline="\r\n", errors="replace")
        sys.stdout.reconfigure(newline="", errors="strict")

    def reconfigures_errors(capsys, kept):
        sys.stderr.reconfigure(errors="replace")

    def reconfigures_encoding(capsys, kept):
        sys.stdout.reconfigure(encoding="utf-16")

    def buffers(capsys, kept):
        sys.stdout.reconfigure(write_through=False)
        sys.stdout.write("pending")

    def buffers_lines(capsys, kept):
        sys.stdout.reconfigure(line_buffering=True)

    def marks(capsys, kept):
        sys.stdout.mark = sys.stderr.buffer.mark = "marked"

    def chunks(capsys, kept):
        sys.stdout._CHUNK_SIZE = 1

    def leaves_place(capsys, kept):
        sys.stdout.write("a\rb\n")
        sys.stdout.seek(0)
        sys.stdout.readline()
        sys.stdout.buffer.seek(0)
        sys.stdout.buffer.truncate()

    def stays_behind(capsys, kept):
        sys.stdout.write("abc")
        sys.stdout.truncate(0)

    def replaces(capsys, kept):
        sys.stdout = io.StringIO()

    def overrides(capsys, kept):
        sys.stdout.seek = lambda n: kept.append("rewound")

    def disables(capsys, kept):
        with capsys.disabled():
            print("shown")

    def logs(capsys, kept):
        logger = logging.getLogger("streams")
        logger.addHandler(logging.StreamHandler(sys.stderr))
        logger.warning("logged")

    def runs_beside(capsys, kept):
        thread = threading.Thread(target=print, args=("beside",))
        thread.start()
        thread.join()

    def closes_fixture(capsys, kept):
        capsys.close()

    return [value for value in locals().values()]


def states(kept):
    for one in kept:
        if isinstance(one, dict):
            yield sorted(one), one.get("_state")
        elif isinstance(one, weakref.ref):
            yield one() is None or getattr(one(), "closed", getattr(one(), "_state", "?"))
        elif isinstance(one, (str, memoryview)):
            yield one
        else:
            yield type(one), getattr(one, "closed", getattr(one, "_state", "?")), one is sys.stdout, one is sys.stderr


@pytest.fixture(params=acts(), ids=lambda act: act.__name__)
def done(request, each, capsys):
    kept, act = [], request.param
    act(capsys, kept)
    yield act, kept
    request.node.say("kept", *states(kept))
    del kept[:]
    logging.getLogger("streams").handlers.clear()


def test_done_to(done, capsys, request):
    act, kept = done
    request.node.say("in the call", *states(kept)), told(capsys, request.node.say)
    print("one\ntwo")
    request.node.say(ascii(sys.stdout.buffer.getvalue()), hasattr(sys.stdout, "mark"), hasattr(sys.stderr.buffer, "mark"))
    assert capsys.readouterr() in (("one\ntwo\n", ""), ("out\none\ntwo\n", "err\n"), ("beside\none\ntwo\n", ""))
    act(capsys, kept)
    told(capsys, request.node.say)


@pytest.mark.parametrize("owner, name", [
    (capture.SysCapture, "snap"), (capture.CaptureIO, "getvalue"), (capture.CaptureIO, "truncate"),
    (capture.CaptureIO, "__init__"), (capture.MultiCapture, "stop_capturing"), (capture.CaptureFixture, "close"),
    (capture.CaptureFixture, "_start"), (capture.SysCapture, "start"),
])  # fmt: skip
def test_patched(capsys, owner, name, monkeypatch, request):
    was = getattr(owner, name)

    def spy(*args, **kwargs):
        request.node.say(name, len(args), sorted(kwargs))
        return was(*args, **kwargs)

    setattr(owner, name, spy)
    capsys.close()
    capsys._start()
    capsys.close()
    setattr(owner, name, was) if name in vars(owner) and name != "truncate" else delattr(owner, name)
    capsys._start()


def test_two(capsys):
    other = capture.CaptureFixture(capture.SysCapture, None, _ispytest=True)
    outer = sys.stdout
    other._start()
    inner = sys.stdout
    print("inner")
    assert other.readouterr().out == "inner\n"
    other.close()
    assert inner is not outer is sys.stdout and inner.closed
    del inner
    other._start()
    other.close()
    print("outer")
    assert capsys.readouterr().out == "outer\n"


def test_leaves_output(capsys):
    print("is left")


def test_fails(capsys):
    print("before it fails")
    assert capsys.readouterr().out == ""
PY
put test_others.py <<'PY'
import sys


def test_binary(capsysbinary):
    sys.stdout.buffer.write(b"\xff")
    assert capsysbinary.readouterr().out == b"\xff"


def test_descriptor(capfd):
    print("out")
    assert capfd.readouterr().out == "out\n"


def test_after(capsys):
    print("out")
    assert capsys.readouterr().out == "out\n"
PY
put test_left_open.py <<'PY'
import gc
import io

import pytest


def opened():
    kinds = io.TextIOWrapper, io.BytesIO
    return {id(o): o for o in gc.get_objects() if isinstance(o, kinds) and not o.closed}


@pytest.fixture(autouse=True)
def left_open():
    before = opened()
    yield
    gc.collect()
    assert not [o for i, o in opened().items() if i not in before]


@pytest.mark.parametrize("time", range(3))
def test_leaves_nothing_open(capsys, time):
    print("out")
    assert capsys.readouterr().out == "out\n"
    assert len([o for o in opened().values() if type(o).__name__ == "CaptureIO"]) == 2
PY

same 'all kinds' "$work/suite"
hasnt 'ERROR test_left_open' 'no stream is left open'
ok 'most of which pass' grep -Eq '[2-9][0-9] passed' "$out"
prun -n 1 --no-fast -q "$work/suite"
without=$(grep -E 'passed' "$out" | sed -E 's/ in .*//; s/ [0-9]+ warnings?,//')
prun -n 1 -q "$work/suite"
is "$(grep -E 'passed' "$out" | sed -E 's/ in .*//; s/ [0-9]+ warnings?,//')" "$without" 'as many as by none of the short cuts'
unset without
without=run same 'by hooks' "$work/suite"
same '--capture=sys' "$work/suite" --capture=sys
for how in 'sys.stdout.close()' 'sys.stdout.buffer.write(b"\xc3")' 'sys.modules["io"].BytesIO = type("Own", (sys.modules["io"].BytesIO,), {})' 'streams.append(sys.stderr.detach())' 'capsys._capture.out.done = None'; do
    # From then on each phase fails, as pytest cannot end what it captures.
    printf '%s\n' 'import sys' 'streams = []' 'def test_1(capsys):' "    $how" 'def test_2(): pass' 'def test_3(capsys): pass' >"$work/ends.py"
    same "a test that does: $how" "$work/ends.py"
    without=run same "by hooks, a test that does: $how" "$work/ends.py"
    pytest -rA -p no:cacheprovider "$work/ends.py"
    grep -Eo '^(ERROR|FAILED|PASSED) [^ ]+' "$out" >"$work/outcomes"
    prun -n 1 -rA -p no:cacheprovider "$work/ends.py"
    ok "outcomes are those of pytest after: $how" diff "$work/outcomes" <(grep -Eo '^(ERROR|FAILED|PASSED) [^ ]+' "$out")
done
unset without
prun -n 1 -v "$work/suite/test_others.py"
has '^short cuts: [^;]*capture' 'the short cut is taken'
put conftest.py <<'PY'
from _pytest import capture

capture.CaptureFixture._start = lambda self, start=capture.CaptureFixture._start: start(self)
PY
prun -n 1 -v "$work/suite/test_others.py"
has 'not capture: CaptureFixture._start is not pytest' 'and is not where somebody has exchanged a function'
done_testing
