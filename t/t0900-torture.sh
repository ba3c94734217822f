#!/usr/bin/env bash
# Tests that do what no test should: each has one outcome, the run ends, nothing is left.  `make torture` has all modes.
# shellcheck source=t/lib.sh disable=SC1091
. "${BASH_SOURCE%/*}/lib.sh"

"$PRUN_TEST_PYTHON" "$T/torture/run" --modes duration,loadscope,worksteal
