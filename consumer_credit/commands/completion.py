"""`python build_report.py completion`: what a shell is told so that the Tab key completes our commands.

typer answers what may follow; its own scripts complete a program by its name, but ours is typed behind `python`. So a
shell asks us only where `build_report.py` is among the words, with the Python that was typed before it, and does for
any other script what it did before.
"""

from __future__ import annotations

from typing import Literal

from consumer_credit.errors import ReportError
from consumer_credit.terminal import COMPLETION_VARIABLE, is_asked_by_a_shell

Shell = Literal["bash", "zsh", "fish"]
BASH = r"""
_build_report() {
    local at=0 IFS=$'\n'
    while ((at < COMP_CWORD)) && [[ ${COMP_WORDS[at]} != *build_report.py ]]; do ((at++)); done
    COMPREPLY=()
    ((at < COMP_CWORD)) || return 0
    COMPREPLY=($(env COMP_WORDS="${COMP_WORDS[*]:at}" COMP_CWORD=$((COMP_CWORD - at)) %(variable)s=complete_bash \
        "${COMP_WORDS[@]:0:at + 1}" 2>/dev/null))
    [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace
}
complete -o default -o bashdefault -F _build_report python python3 build_report.py
"""
ZSH = r"""
_build_report() {
    local at=${words[(I)*build_report.py]}
    if ((at == 0 || at >= CURRENT)); then
        (($+functions[_python])) && _python || _default
        return
    fi
    eval "$(_TYPER_COMPLETE_ARGS="${words[at,CURRENT]}" %(variable)s=complete_zsh ${(Q)words[1,at]} 2>/dev/null)"
}
autoload -Uz compinit && { (($+functions[compdef])) || compinit; }
autoload -Uz _python
compdef _build_report python python3 build_report.py
"""
FISH = r"""
function _build_report
    set -l typed (commandline -opc)
    for at in (seq (count $typed))
        if string match -q -- '*build_report.py' $typed[$at]
            set -lx _TYPER_COMPLETE_ARGS "$typed[$at..-1] "(commandline -ct)
            set -lx _TYPER_COMPLETE_FISH_ACTION get-args
            set -lx %(variable)s complete_fish
            command $typed[1..$at] 2>/dev/null
            return
        end
    end
end
for program in python python3 build_report.py
    complete --command $program --no-files --condition "string match -q -- '*build_report.py*' (commandline -opc)" \
        --arguments "(_build_report)"
end
"""
SCRIPTS: dict[Shell, str] = {"bash": BASH, "zsh": ZSH, "fish": FISH}


def completion_command(*, shell: Shell) -> int:
    """Print the script that a shell reads; 0."""
    print((SCRIPTS[shell] % {"variable": COMPLETION_VARIABLE}).strip())
    return 0


def ready_to_answer() -> None:
    """Let typer answer where a shell asks."""
    if is_asked_by_a_shell():
        from typer.completion import completion_init  # type: ignore[attr-defined]  # noqa: PLC0415

        completion_init()


def editions(incomplete: str) -> list[str]:
    """Names of editions."""
    from consumer_credit.commands.workplace import find_project  # noqa: PLC0415

    try:
        names = [path.stem for path in find_project().editions.glob("*.yaml")]
    except ReportError:
        return []
    return sorted(name for name in names if name.startswith(incomplete))


def chapters(incomplete: str) -> list[str]:
    """Ids of chapters."""
    from consumer_credit.commands.workplace import find_project  # noqa: PLC0415

    try:
        names = [chapter.id for chapter in find_project().chapters()]
    except ReportError:
        return []
    return [name for name in names if name.startswith(incomplete)]


def parameters(incomplete: str) -> list[str]:
    """Names of parameters, with the equals sign that follows."""
    from consumer_credit.parameters import Parameters  # noqa: PLC0415  (slow to import)

    return [f"{name}=" for name in Parameters.model_fields if name.startswith(incomplete)]
