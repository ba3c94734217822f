"""``--print-completion SHELL``: a script by which a shell completes prun's command line.

It is made from the options that pytest has here: those of the plugins of this environment, and of the conftests of this
folder, are among them.
"""
SHELLS = ("bash", "zsh", "fish")

FILE, DIRECTORY, WORD = "file", "directory", "word"  # what a value can be; else a tuple of words
_VALUES = {"numprocesses": ("auto", "logical"), "rootdir": DIRECTORY, "log_file": FILE}  # by dest
_METAVARS = {"dir": DIRECTORY, "path": FILE, "file": FILE, "debug_file_name": FILE}


def add_options(parser):
    parser.getgroup("prun", "prun").addoption(
        "--print-completion",
        choices=SHELLS,
        metavar="SHELL",
        help=f"Print a script that completes prun's command line in SHELL ({', '.join(SHELLS)}), and exit",
    )


class _Option:
    def __init__(self, action, prog):
        """action: argparse's."""
        self.names = [name for name in action.option_strings if _plain(name)]  # "-n", "--numprocesses"
        self.value = _value(action)  # None: takes none; else FILE, DIRECTORY, WORD or a tuple of str
        self.optional = action.nargs == "?"  # may the value be left out?
        self.help = _help(action, prog)  # one line


def _plain(word):
    """Is it no more than a word to any shell?"""
    return word.replace("-", "").replace("_", "").isalnum() and word.isascii()


def _value(action):
    if action.nargs == 0:
        return None
    if action.choices:
        return tuple(filter(_plain, map(str, action.choices))) or WORD
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    return _VALUES.get(action.dest) or _METAVARS.get(metavar.lower(), WORD)


def _help(action, prog):
    """The first sentence."""
    import re
    import textwrap

    text = (action.help or "") % {**vars(action), "prog": prog}
    return textwrap.shorten(re.split(r"\.\s+(?=[A-Z])|\.?\n|\.$", text)[0], 76, placeholder=" ...")


def options(parser):
    """Those of pytest's `parser`, as argparse has them."""
    from argparse import SUPPRESS

    parser = parser._getparser() if hasattr(parser, "_getparser") else parser.optparser
    actions = [action for group in parser._action_groups for action in group._group_actions if action.help != SUPPRESS]
    table = [option for option in (_Option(action, parser.prog) for action in actions) if option.names]
    by_name = {name: option for option in table for name in option.names}
    for name in (name for action in actions for name in action.option_strings if "=" in name):
        # "--isolate=unit" is an option of its own to argparse.
        first, _, value = name.partition("=")
        if first in by_name and _plain(value):
            option = by_name[first]
            option.value, option.optional = (*(option.value or ()), value), True
    return table


# ---- bash ----

_BASH = """\
# Completes prun's command line in bash.  Where nothing is said here, file names are completed.
_prun() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} option=${{COMP_WORDS[COMP_CWORD - 1]}} prefix=
    if [[ $cur == = ]]; then # bash divides words there as a rule
        option+== cur=
    elif [[ $option == = ]]; then
        option=${{COMP_WORDS[COMP_CWORD - 2]}}=
    elif [[ $cur == --*=* ]]; then
        option=${{cur%%=*}}= prefix=${{cur%%=*}}= cur=${{cur#*=}}
    fi
    COMPREPLY=()
    case $option in
{values}
    esac
    if [[ $cur == -* && $option != *= ]]; then
        mapfile -t COMPREPLY < <(compgen -W '{names}' -- "$cur")
    fi
}}
complete -o default -o bashdefault -F _prun prun
"""
_BASH_CHOICES = """\
        {names})
            mapfile -t COMPREPLY < <(compgen -P "$prefix" -W '{words}' -- "$cur")
            return
            ;;"""
_BASH_OTHER = """\
        {names})
            return
            ;;"""


def _bash_names(option):
    """As what comes before a value: with "=" alone if that can be left out."""
    names = [] if option.optional else option.names
    return [*names, *(f"{name}=" for name in option.names if name.startswith("--"))]


def bash(table):
    takers = [option for option in table if option.value]
    values = [
        _BASH_CHOICES.format(names=" | ".join(_bash_names(option)), words=" ".join(option.value))
        for option in takers
        if isinstance(option.value, tuple)
    ]
    others = [name for option in takers if not isinstance(option.value, tuple) for name in _bash_names(option)]
    values.append(_BASH_OTHER.format(names=" | ".join(others)))
    names = [name for option in table for name in option.names]
    return _BASH.format(values="\n".join(values), names=" ".join(names))


# ---- zsh ----


def _zsh_quoted(text, special):
    for character in special:
        text = text.replace(character, "\\" + character)
    return text.replace("'", "'\\''")


def _zsh_value(option):
    if isinstance(option.value, tuple):
        return f"({' '.join(option.value)})"
    return {FILE: "_files", DIRECTORY: "_files -/", WORD: " "}[option.value]


def _zsh_spec(name, option):
    text = _zsh_quoted(option.help, "\\[]:")
    if option.value is None:
        return f"'*{name}[{text}]'"
    join = ("=-" if option.optional else "=") if name.startswith("--") else "+"
    colons = "::" if option.optional else ":"
    return f"'*{name}{join}[{text}]{colons}value:{_zsh_value(option)}'"


def zsh(table):
    specs = [_zsh_spec(name, option) for option in table for name in option.names]
    lines = " \\\n    ".join([*specs, "'*:file or directory:_files'"])
    return f"#compdef prun\n# Completes prun's command line in zsh.\n_arguments -s -S \\\n    {lines}\n"


# ---- fish ----


def _fish_quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _fish_line(option):
    words = ["complete", "-c", "prun"]
    for name in option.names:
        words += ["-s" if len(name) == 2 else "-l", name.lstrip("-")]
    if isinstance(option.value, tuple):
        words += ["-f" if option.optional else "-x", "-a", _fish_quoted(" ".join(option.value))]
    elif option.value == DIRECTORY:
        words += ["-x", "-a", "'(__fish_complete_directories)'"]
    elif option.value and not option.optional:
        words.append("-r" if option.value == FILE else "-x")
    return " ".join([*words, "-d", _fish_quoted(option.help)])


def fish(table):
    return "\n".join(["# Completes prun's command line in fish.", *map(_fish_line, table), ""])


def main(config):
    """What the option asks for.  Returns the exit status."""
    make = {"bash": bash, "zsh": zsh, "fish": fish}[config.option.print_completion]
    print(make(options(config._parser)), end="")
    return 0
