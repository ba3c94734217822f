#!/usr/bin/env bash
# The plugin matrix, as far as Debian's packages (t/matrix/debian) or the interpreter's own have the plugins; `make
# matrix` runs it with the newest releases.
# shellcheck source=t/lib.sh disable=SC1091
. "$(dirname "$0")/lib.sh"

debian=$T/../${BUILD:-build}/matrix/debian/root/usr/lib/python3/dist-packages
set -- --python "$PRUN_TEST_PYTHON" --modes load
case $PRUN_TEST_PYTHON in
    /usr/bin/*) [ ! -d "$debian" ] || set -- "$@" --path "$debian" ;;
esac
"$PRUN_TEST_PYTHON" "$T/matrix/run" --prun "$PRUN" "$@"
