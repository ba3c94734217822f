#!/usr/bin/env bash
# SIGKILL of a random worker twenty times during one run of 2,000 tests: each test has one outcome.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

use kill
export SEED=$RANDOM
diag "seed $SEED"
for mode in load loadfile worksteal duration; do
    prun -n 3 --dist $mode -rA
    failed=$(grep -c '^FAILED ' "$out")
    diag "$mode: $(grep '^killed' "$out"); $failed failed"
    has '^killed 20:' "$mode: twenty workers were killed"
    is "$(grep -Ec '^(PASSED|FAILED|ERROR) ' "$out")" 2000 "$mode: 2000 outcomes"
    is "$(grep -E '^(PASSED|FAILED|ERROR) ' "$out" | sed 's/ - .*//; s/.* //' | sort -u | wc -l)" 2000 \
        "$mode: one for each test"
    ok "$mode: no more failures than kills" test "$failed" -le 20
    is "$rc" "$((failed > 0))" "$mode: exit status"
    is "$(grep 'crashed while running' "$out" | sed -n 's/.*: //p' | sort | uniq -c | awk '{ $1 = $1; print }')" \
        "$failed killed by SIGKILL (Killed)" "$mode: every failure is a kill"
    ok "$mode: no process left" none_left
    is "$(find "$TMPDIR" -mindepth 1 -not -path '*/pytest-of-*' | head -n 1)" '' "$mode: no temporary file left"
done

done_testing
