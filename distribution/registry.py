"""`server.json`, by which the MCP registry knows the server.

    python distribution/registry.py          # writes it anew from pyproject.toml and the providers' pages
    python distribution/registry.py --check  # fails if it is another one

Its form is https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json. The registry believes that the
package on PyPI is ours if its README has the line that `proof` returns
(https://github.com/modelcontextprotocol/registry/blob/main/docs/modelcontextprotocol-io/package-types.mdx).
"""

import json
import sys
from collections.abc import Sequence
from typing import Any

from project import ROOT, Field, fields, project, registry_name, repository

__all__ = ["FILE", "proof", "server", "written"]

FILE = ROOT / "server.json"
_SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"


def server() -> dict[str, Any]:
    """Return what the registry is told."""
    table = project()
    made = {
        "$schema": _SCHEMA,
        "name": registry_name(),
        "title": "User directories",
        "description": table["description"],
        "version": table["version"],
        "packages": [_package(table["name"], table["version"])],
    }
    if address := repository():
        made["repository"] = {"url": address, "source": "github"}
    return made


def _package(name: str, version: str) -> dict[str, Any]:
    return {
        "registryType": "pypi",
        "identifier": name,
        "version": version,
        "runtimeHint": "uvx",
        "transport": {"type": "stdio"},
        "environmentVariables": [_variable(field) for field in fields()],
    }


def _variable(field: Field) -> dict[str, Any]:
    form = "filepath" if field.variable == "USER_DIRECTORY_CONFIG" else "string"
    described = {"name": field.variable, "description": field.description, "format": form}
    return described | {"isRequired": False, "isSecret": field.is_secret}


def proof() -> str:
    """Return the line of the README by which the registry believes that the package is this server."""
    return f"<!-- mcp-name: {registry_name()} -->"


def written() -> str:
    """Return the file."""
    return json.dumps(server(), indent=2) + "\n"


def main(given: Sequence[str]) -> int:
    """Write the file, or say whether it is up to date."""
    if given == ["--check"]:
        is_old = FILE.read_text(encoding="utf-8") != written()
        print(f"server.json is {'not ' if is_old else ''}what pyproject.toml and the providers' pages give")
        return int(is_old)
    FILE.write_text(written(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
