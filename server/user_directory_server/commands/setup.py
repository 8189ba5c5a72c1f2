"""`setup`: put the server, with its keys, into the file of an MCP client."""

import sys
from argparse import Namespace

from ..setup.asking import Terminal
from ..setup.procedure import set_up
from ..setup.systems import this_system

__all__ = ["run"]


def run(options: Namespace) -> int:
    """Ask what the options leave open, and write it; 130 if the person goes away."""
    from .printing import console

    terminal = Terminal(console, is_there=sys.stdin.isatty() and sys.stdout.isatty())
    try:
        return set_up(options, this_system(), terminal)
    except EOFError:
        terminal.say("\nNobody answers: nothing was written.", "bold")
        return 130
