#!/usr/bin/env bash
# The short cut of bytecode: what pytest has kept of a file that it rewrote is read to the same end.
# shellcheck source=t/lib.sh disable=SC1091,SC2016,SC2154
. "${BASH_SOURCE%/*}/lib.sh"
unset PYTHONDONTWRITEBYTECODE

# kept: pytest has kept what it made of the file.
kept() {
    rm -rf __pycache__
    "$PRUN_TEST_PYTHON" -m pytest -q -p no:cacheprovider >/dev/null
    pyc=$(ls __pycache__/test_kept.*-pytest-*.pyc)
}

# reads OPTION...: a run's status and outcome, and what pytest says of reading.
reads() {
    run "$PRUN" -n 1 -p no:cacheprovider --debug=trace -v "$@"
    echo "$rc"
    grep -o '[0-9]* passed\|[0-9]* failed\|assert [0-9]* == .*' "$out"
    sed -n 's/.*\(_read_pyc.*\|found cached.*\|rewriting.*\)/\1/p' trace | grep test_kept
}

# same DESCRIPTION COMMAND: with and without the short cut, after the command has had its way with the file.
same() {
    kept
    eval "$2"
    reads --no-fast >"$work/without"
    kept
    eval "$2"
    reads >"$work/with"
    ok "$1" diff "$work/without" "$work/with"
}

fresh
put test_kept.py <<'PY'
def helper(n, *, more=(1, "two", b"three", 4.5, None)):
    """Says something."""
    return [n for _ in more]


def test_passes():
    assert len(helper(1)) == 5


def test_fails():
    assert len(helper(2)) == 6
PY

same 'what is whole' true
ok 'it was read' grep -q 'found cached rewritten' "$work/with"
has '^short cuts: .*bytecode' 'the short cut is taken'
size=$(stat -c %s "$pyc")
for most in 0 15 16 17 40 $((size / 2)) $((size - 1)); do
    same "the first $most bytes" "truncate -s $most \"\$pyc\""
done
ok 'marshal itself has said that it ended too early' grep -q 'marshal.load error EOF read' "$work/with"
same 'with something behind' 'printf more >>"$pyc"'
same 'something else than code' 'python3 - "$pyc" <<<"
import marshal, sys
with open(sys.argv[1], \"r+b\") as file:
    file.seek(16)
    file.write(marshal.dumps([1]))"'
same 'nothing that marshal knows' 'printf "\\377\\377\\377\\377" | dd of="$pyc" bs=1 seek=16 conv=notrunc status=none'
same 'of a file that has changed' 'echo "# more" >>test_kept.py; touch -d "@$(stat -c 1%s00000 test_kept.py)" test_kept.py'

# A suite that reads with pytest's marshal, or has another one.
kept
put conftest.py <<'PY'
import types

from _pytest.assertion import rewrite

rewrite.marshal = types.SimpleNamespace(**vars(rewrite.marshal))
PY
reads >"$work/with"
has '^short cuts: .*not bytecode: another marshal' 'not where pytest has another marshal'
is "$(head -1 "$work/with")" 1 'and the run is as ever'
put conftest.py <<'PY'
import atexit
import marshal

from _pytest.assertion import rewrite

atexit.register(lambda: print("put back:", rewrite.marshal is marshal))
PY
prun -n 1 -p no:cacheprovider -s
has '^put back: True' 'when pytest ends it has its own again'
done_testing
