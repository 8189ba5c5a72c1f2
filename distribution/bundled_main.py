"""How the bundle starts: what was left empty in its form is not set, and if all of it was, directories are simulated.

In the bundle this is `server/main.py`, beside the packages of the server and below the manifest.
"""

import json
import os
import re
import sys
from collections.abc import Collection, MutableMapping
from pathlib import Path

__all__ = ["arguments", "form"]

_SIMULATED = "SIMULATED_DIRECTORIES"
_EMPTY = re.compile(r"\s*(\$\{user_config\.\w+\}|undefined|null)?\s*")
"""What hosts give where a person wrote nothing: nothing, the reference as it stands, or JavaScript's word for it."""


def form(manifest: Path) -> Collection[str]:
    """Return the variables that a manifest fills from its form."""
    variables: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))["server"]["mcp_config"]["env"]
    return variables.keys()


def arguments(variables: Collection[str], environment: MutableMapping[str, str]) -> list[str]:
    """Take what is empty out of the environment, and return how the server is to be started.

    Simulated users are never beside real ones, nor in their place: only where nothing else is filled in.
    """
    for name in variables:
        if _EMPTY.fullmatch(environment.get(name, "")):
            environment.pop(name, None)
    simulated = environment.pop(_SIMULATED, "true") == "true"
    is_filled_in = any(name in environment for name in variables)
    return ["serve", "--sandbox"] if simulated and not is_filled_in else ["serve"]


def main() -> int:
    """Serve over stdio."""
    from user_directory_server.cli import main as serve

    return serve(arguments(form(Path(__file__).parents[1] / "manifest.json"), os.environ))


if __name__ == "__main__":
    sys.exit(main())
