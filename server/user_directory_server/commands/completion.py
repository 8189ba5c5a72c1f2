"""`completion`: what completes the command line in a shell."""

from argparse import Namespace

__all__ = ["run"]


def run(options: Namespace) -> int:
    """Print a script that the shell reads when it starts: `source <(user-directory-mcp completion bash)`."""
    import shtab

    print(shtab.complete(options.parser, options.shell))
    return 0
