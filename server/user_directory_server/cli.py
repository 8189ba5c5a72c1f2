"""The command line: commands and their options. Each command is a module, imported when it runs."""

import argparse
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import cast

from user_directories import ConfigurationError

from .logs import LEVELS, printable, set_up_log
from .version import VERSION

__all__ = ["main"]

_AddCommand = Callable[..., argparse.ArgumentParser]
_PROGRAM = "user-directory-mcp"
_SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")
"""Those that `shtab` knows."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Return its exit status: 0 done, 1 the answer is an error, 2 the command line or the configuration is wrong.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (given[0].startswith("-") and given[0] not in ("-h", "--help", "--version")):
        given.insert(0, "serve")
    options = _parse(given)
    set_up_log(getattr(options, "log_level", "warning"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # do not stop if the terminal cannot show a name
    try:
        command = import_module(f".commands.{options.command}", __package__)
        return int(command.run(options))
    except ConfigurationError as error:
        for fault in error.faults:
            print(f"{_PROGRAM}: {printable(str(fault))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BaseException as error:
        if not _only_broken_pipes(error):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the last flush does not fail as well
        return 141


def _only_broken_pipes(error: BaseException) -> bool:
    """Return whether the only error is that the reader of our output went away, as `head` does."""
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        return all(_only_broken_pipes(each) for each in group.exceptions)
    return isinstance(error, BrokenPipeError) or isinstance(error.__context__, BrokenPipeError)


def _parse(given: Sequence[str]) -> argparse.Namespace:
    """Read the command line; `call` accepts key=value pairs between and after the options too."""
    parser, commands = _parser()
    options, rest = parser.parse_known_args(given)
    if options.command == "call" and not any(item.startswith("-") for item in rest):
        options.arguments += rest
    elif rest:
        commands[options.command].error(f"unrecognized arguments: {' '.join(rest)}")
    return options


def _parser() -> tuple[argparse.ArgumentParser, Mapping[str, argparse.ArgumentParser]]:
    """Return the parser of the whole command line, and that of each command."""
    parser = argparse.ArgumentParser(prog=_PROGRAM, description="Look up users in user directories, over MCP.")
    parser.add_argument("--version", action="version", version=f"{_PROGRAM} {VERSION}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add: _AddCommand = commands.add_parser
    _add_serve(add)
    _add_setup(add)
    _add_sandbox(add)
    _add_call(add)
    demo = add("demo", help="show the main tasks on simulated directories; needs no key")
    demo.add_argument("--users", type=_population, default=5000, help="users per directory (default: %(default)s)")
    doctor = add("doctor", help="try everything of every configured directory with real requests")
    _add_source(doctor)
    doctor.add_argument("--quick", action="store_true", help="read only a first page of each directory")
    doctor.add_argument("--json", action="store_true", help="print all that was found as one object")
    tools = add("tools", help="show the tools as a client sees them")
    _add_source(tools)
    _add_style(tools)
    _add_strict(tools)
    tools.add_argument("--json", action="store_true", help="print the exact definitions")
    completion = add("completion", help="print what completes this command line in a shell")
    completion.add_argument("shell", choices=_SHELLS, metavar="SHELL", help=", ".join(_SHELLS))
    completion.set_defaults(parser=parser)
    return parser, commands.choices


def _add_serve(add: _AddCommand) -> None:
    serve = add("serve", help="serve MCP clients (the default)")
    serve.add_argument("--transport", choices=("stdio", "sse", "http"), default="stdio", help="default: %(default)s")
    serve.add_argument("--host", default="127.0.0.1", help="for sse and http (default: %(default)s)")
    serve.add_argument("--port", type=_port, default=8000, help="for sse and http (default: %(default)s)")
    serve.add_argument(
        "--allowed-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a host name that clients may use; repeatable",
    )
    serve.add_argument(
        "--unauthenticated",
        action="store_true",
        help="listen where other machines can reach the server, which asks nobody who they are",
    )
    serve.add_argument("--log-level", choices=LEVELS, default="warning", help="on stderr (default: %(default)s)")
    _add_source(serve)
    _add_style(serve)
    _add_seconds(serve)
    _add_strict(serve)


def _add_setup(add: _AddCommand) -> None:
    setup = add("setup", help="put the server, with its keys, into the file of an MCP client")
    _add_lists(
        setup,
        ("--client", "NAME", "claude-desktop, claude-code, cursor, vscode, windsurf, zed, codex or gemini; repeatable"),
        ("--directory", "NAME", "a provider, a preset, or the path of your own manifest; repeatable"),
        ("--set", "DIRECTORY.NAME=VALUE", "a setting of a directory, such as okta.domain=acme.okta.com; repeatable"),
        ("--key-from", "DIRECTORY=FILE", "a file with the key, - for stdin (default: its variable, or a question)"),
    )
    keys = ("keyring", "file", "variable", "client")
    setup.add_argument("--keys", choices=keys, help="where keys are kept; client: in its own file, in the clear")
    setup.add_argument("--config", type=Path, metavar="FILE", help="the configuration file of the server")
    setup.add_argument("--name", help="the name of the entry (default: user-directories)")
    setup.add_argument("--command", dest="command_line", metavar="PATH", help="the program that the entry starts")
    for option, what in (
        ("--sandbox", "the entry is for six simulated directories"),
        ("--project", "write the client's file of the project in this folder"),
        ("--dry-run", "show what would change, and write nothing; keys are tried"),
        ("--print", "print the entry, and write nothing"),
        ("--remove", "take the entry out"),
        ("--force", "replace an entry of that name, even if it starts another program"),
        ("--unchecked", "write keys without trying them"),
    ):
        setup.add_argument(option, action="store_true", help=what)


def _add_lists(parser: argparse.ArgumentParser, *options: tuple[str, str, str]) -> None:
    for option, value, what in options:
        parser.add_argument(option, action="append", default=[], metavar=value, help=what)


def _add_sandbox(add: _AddCommand) -> None:
    sandbox = add("sandbox", help="run only the simulated provider APIs")
    sandbox.add_argument("--providers", metavar="NAME,…", help="which ones, such as okta,scim (default: the six)")
    sandbox.add_argument(
        "--write-config", type=Path, metavar="FILE", help="write a new configuration file that enables presets here"
    )
    sandbox.add_argument("--port", type=_port, default=0, help="default: any free port")
    sandbox.add_argument("--users", type=_population, default=5000, help="users per directory (default: %(default)s)")
    sandbox.add_argument(
        "--seed", type=int, default=1, help="a different seed gives different people (default: %(default)s)"
    )


def _add_call(add: _AddCommand) -> None:
    call = add("call", help="call one tool through the real server")
    call.add_argument("tool", metavar="TOOL")
    call.add_argument(
        "arguments",
        nargs="*",
        default=[],
        metavar="KEY=VALUE",
        help='such as limit=10 or filters=\'{"status":"active"}\'',
    )
    call.add_argument("--json", action="store_true", help="print the exact result")
    _add_source(call)
    _add_style(call)
    _add_seconds(call)
    _add_strict(call)


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="a TOML file (default: the one that USER_DIRECTORY_CONFIG names)"
    )
    parser.add_argument("--sandbox", action="store_true", help="use six simulated directories instead of real ones")


def _add_seconds(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seconds",
        metavar="N",
        help="how long every call may take (default: 4, and 15 if the client is known to wait)",
    )


def _add_strict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--strict",
        action="store_true",
        help="end if anything in the configuration is wrong, instead of going on without it",
    )


def _add_style(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--tool-style",
        choices=("shared", "per-directory"),
        default="shared",
        help="one set of tools for all directories, or one set for each (default: %(default)s)",
    )
    parser.add_argument(
        "--structured",
        type=_switch,
        metavar="on|off",
        help="off: answer in text only, for clients that show the model both forms (default: off for those known)",
    )

    parser.add_argument(
        "--rows",
        choices=("arrays", "objects"),
        default="arrays",
        help="users as arrays below the names of their columns, or as objects (default: %(default)s)",
    )


def _switch(text: str) -> bool:
    if text not in ("on", "off"):
        raise argparse.ArgumentTypeError(f"{text!r} is neither on nor off")
    return text == "on"


def _port(text: str) -> int:
    return _whole_number(text, 0, 65535)


def _population(text: str) -> int:
    return _whole_number(text, 0, 1_000_000)


def _whole_number(text: str, low: int, high: int) -> int:
    if not text.isascii() or not text.isdecimal() or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
    return int(text)
