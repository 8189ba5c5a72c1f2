"""`sandbox`: only the simulated provider APIs, for a server in another process."""

from argparse import Namespace
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
        raise ConfigurationError("--providers", str(error), "Name one of these, or several with commas.") from error
    try:
        async with simulated as sandbox:
            for name, value in sandbox.environment().items():
                print(f"export {name}={quote(value)}", flush=True)
            await anyio.sleep_forever()
    except OSError as error:
        reason = error.strerror or "the port cannot be opened"
        raise ConfigurationError(f"--port {options.port}", reason, "Choose another port.") from error
