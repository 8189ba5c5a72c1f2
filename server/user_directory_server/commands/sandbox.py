"""`sandbox`: only the simulated provider APIs, for a server in another process."""

from argparse import Namespace
from pathlib import Path
from shlex import quote

import anyio

from user_directories import ConfigurationError

__all__ = ["run"]


def run(options: Namespace) -> int:
    """Serve until interrupted, after printing the environment that points a server here."""
    anyio.run(_serve, options)
    return 0


async def _serve(options: Namespace) -> None:
    from user_directory_sandbox import DIRECTORIES, Sandbox

    providers = options.providers.split(",") if options.providers else DIRECTORIES
    try:
        simulated = Sandbox(users=options.users, seed=options.seed, port=options.port, providers=providers)
    except ValueError as error:
        raise ConfigurationError(
            "--providers", str(error).rstrip("."), "Name one of these, or several with commas."
        ) from error
    try:
        async with simulated as sandbox:
            variables = sandbox.environment()
            if options.write_config is not None:
                _write(options.write_config, sandbox.configuration())
                variables["USER_DIRECTORY_CONFIG"] = str(options.write_config.absolute())
            for name, value in variables.items():
                print(f"export {name}={quote(value)}", flush=True)
            await anyio.sleep_forever()
    except OSError as error:
        reason = error.strerror or "the port cannot be opened"
        raise ConfigurationError(f"--port {options.port}", reason, "Choose another port.") from error


def _write(file: Path, configuration: str) -> None:
    """Write a new file. Raises: ConfigurationError."""
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(configuration)
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise ConfigurationError(f"--write-config {file}", reason, "Name a file that does not exist yet.") from error
