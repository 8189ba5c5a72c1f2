"""What was planned, shown to the person and then done: keys first, because entries lead to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from user_directories import ConfigurationError
from user_directories.cursors.private_files import make_private_folder

from .asking import Terminal
from .changes import FileChange
from .claude_code import ClaudeCommands
from .clients import Client
from .directories import Chosen
from .keeping import keep, written_places
from .systems import System

__all__ = ["Change", "Plan", "carry_out"]

Change = FileChange | ClaudeCommands


@dataclass(frozen=True)
class Plan:
    """All that is to be written, and what the person then has to know."""

    system: System
    clients: Sequence[Client]
    server_file: Path
    changes: Sequence[Change]
    chosen: Sequence[Chosen] = ()
    notes: Sequence[str] = ()


def carry_out(plan: Plan, terminal: Terminal, *, dry_run: bool) -> int:
    """Show the plan, if it is only to be seen or was made by questions, and do it. Raises: ConfigurationError."""
    if dry_run or terminal.has_asked:
        _show(plan, terminal)
    is_wanted = not dry_run and (
        not terminal.has_asked or terminal.confirm("\nWrite this?", "--dry-run", "Run setup again.", default=True)
    )
    if not is_wanted:
        terminal.say("\nNothing was written.", "bold")
        return 0
    terminal.say("\nDone:", "bold")
    _keep_keys(plan, terminal)
    for change in plan.changes:
        for line in change.perform():
            terminal.say(f"  {line}")
    _tell_next(plan, terminal)
    return 0


def _show(plan: Plan, terminal: Terminal) -> None:
    for each in plan.chosen:
        for line in written_places(each.kept, plan.server_file):
            terminal.say(line)
    for change in plan.changes:
        terminal.say(f"\n{change.title}", "bold")
        if change.is_needed:
            terminal.show(change.difference())
        else:
            terminal.say("nothing to change")


def _keep_keys(plan: Plan, terminal: Terminal) -> None:
    if any(each.table is not None for each in plan.chosen) and not plan.server_file.parent.exists():
        try:
            make_private_folder(plan.server_file.parent)
        except OSError as error:
            fix = "Correct the rights of the folder above it, or name another file with --config."
            problem = f"its folder cannot be made ({error.strerror or error})"
            raise ConfigurationError("", problem, fix, plan.server_file) from error
    for each in plan.chosen:
        for kept in each.kept:
            if (where := keep(kept, plan.server_file)) is not None:
                terminal.say(f"  {kept.variable}: {where}")


def _tell_next(plan: Plan, terminal: Terminal) -> None:
    if not plan.chosen and not any(change.is_needed for change in plan.changes):
        return
    terminal.say("\nNext:", "bold")
    for note in plan.notes:
        terminal.say(f"  {note}")
    for client in plan.clients:
        terminal.say(f"  {client.restart}")
        terminal.say(f"    if it does not connect: {client.log(plan.system)}", "dim")
