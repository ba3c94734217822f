#!/usr/bin/env bash
# --print-completion: what bash, zsh and fish make of the script.
# shellcheck source=t/lib.sh disable=SC1091,SC2154
. "${BASH_SOURCE%/*}/lib.sh"

export PYTEST_DISABLE_PLUGIN_AUTOLOAD=1
for shell in bash zsh fish; do
    prun --print-completion $shell
    is "$rc $(wc -l <"$err")" '0 0' "a script for $shell"
    cp "$out" "$work/$shell"
    ok 'of many lines' test "$(wc -l <"$out")" -gt 40
done
prun --print-completion tcsh
is "$rc $(grep '^ERROR' "$err" -A 1 | grep -c "invalid choice: 'tcsh'")" '4 1' 'no other shell'

put conftest.py <<'PY'
def pytest_addoption(parser):
    parser.addoption("--flavour", choices=["sweet", "it's:[sour]", "$(date)"], help="100%% of 'what' it tastes $(like) [now]: \\n")
PY
for shell in bash zsh fish; do
    prun --print-completion $shell
    cp "$out" "$work/flavour.$shell"
    has 'flavour' "$shell: a conftest's option is there"
done

# ---- bash: the function is called as readline would ----

put "$work/words.bash" <<'SH'
source "$1" && shift
set -f
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
function=$(complete -p prun | sed 's/.*-F \([^ ]*\).*/\1/')
$function prun "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" && echo "${COMPREPLY[@]}"
SH

# bash_says WANTED WORD...
bash_says() {
    local wanted=$1
    shift
    is "$(bash --norc "$work/words.bash" "$work/bash" prun "$@" 2>&1)" "$wanted" "bash: $*"
}
bash_says '--dist' --dist
bash_says 'worksteal' --dist wo
bash_says 'worksteal' --dist = wo
bash_says '--dist=worksteal' --dist=wo
bash_says 'auto logical' -n ''
bash_says 'auto' --numprocesses a
bash_says 'test unit' --isolate = ''
bash_says '' --isolate te
bash_says '' tests/te
bash_says '' --junitxml rep
bash_says '--no-loadscope-reorder' -n 4 tests --no-loads
ok 'bash: the rest is file names' grep -q '^complete -o default .*-F _prun prun$' "$work/bash"
is "$(bash --norc "$work/words.bash" "$work/flavour.bash" prun --flavour s 2>&1)" sweet 'bash: odd words of a conftest are no commands'

# ---- fish ----

if command -v fish >/dev/null; then
    # fish_says PATTERN COMMAND LINE
    fish_says() {
        HOME=$work fish --no-config -c "source $work/fish; complete -C '$2'" >"$out" 2>"$err"
        has "$1" "fish: $2"
    }
    fish_says '^--dist	' 'prun --dis'
    fish_says '^worksteal	' 'prun --dist wo'
    fish_says '^--dist=worksteal	' 'prun --dist=wo'
    fish_says '^auto	' 'prun -n '
    touch some_test.py
    fish_says '^some_test.py' 'prun so'
    HOME=$work fish --no-config -c "source $work/flavour.fish; complete -C 'prun --flavour s'" >"$out" 2>"$err"
    is "$(wc -l <"$err") $(cut -f 1 "$out")" '0 sweet' 'fish: odd words of a conftest'
else
    skip 'no fish (Debian: fish)' fish
fi

# ---- zsh: at a terminal of its own ----

if command -v zsh >/dev/null; then
    mkdir "$work/functions" && cp "$work/zsh" "$work/functions/_prun"
    put "$work/type.zsh" <<'ZSH'
# type.zsh LINE WANTED: type LINE and a tab; what the line is then must match.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; fpath=($FUNCTIONS \$fpath); autoload -Uz compinit; compinit -u -D; stty cols 200; echo rea''dy"
zpty -r shell shown '*ready*' || exit 2
zpty -w shell 'buffer() { print -r -- "<$BUFFER>"; }; zle -N buffer; bindkey "^X^X" buffer'
zpty -w -n shell "$1"$'\t\x18\x18'
zpty -r shell shown "*<$2>*"
ZSH
    # zsh_says WANTED COMMAND LINE
    zsh_says() {
        FUNCTIONS=$work/functions HOME=$work timeout "$LIMIT" zsh -f "$work/type.zsh" "$2" "$1" >"$out" 2>"$err" </dev/null
        is $? 0 "zsh: $2"
    }
    zsh_says 'prun --dist worksteal ' 'prun --dist wo'
    zsh_says 'prun --dist=worksteal ' 'prun --dist=wo'
    zsh_says 'prun --numprocesses=' 'prun --numpr'
    zsh_says 'prun -n auto ' 'prun -n a'
    cp "$work/flavour.zsh" "$work/functions/_prun"
    zsh_says 'prun --flavour sweet ' 'prun --flavour sw'
else
    skip 'no zsh (Debian: zsh)' zsh
fi

done_testing
