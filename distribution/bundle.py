"""The bundle for one-click installation (MCPB), with the sources of the server and no dependencies: uv installs those.

    python distribution/bundle.py OUT.mcpb         # writes the bundle; needs uv, which pins what is installed
    python distribution/bundle.py --folder FOLDER  # only what goes into it

The manifest is of version 0.4, which has the uv runtime (https://github.com/anthropics/mcpb/blob/main/MANIFEST.md). The
form that a person fills in has the key of each provider.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from project import PACKAGES, ROOT, Field, fields, project, repository

__all__ = ["manifest", "pack", "write"]

_HERE = Path(__file__).parent
_TOOLS = ROOT / "tests/server/snapshots/shared"
_SIMULATED = "simulated_directories"
_THEN = (1980, 1, 1, 0, 0, 0)
"""The time of each file, so that the same sources give the same bytes; a zip has no earlier one."""


def manifest() -> dict[str, Any]:
    """Return `manifest.json`."""
    table, form = project(), fields()
    made = {
        "manifest_version": "0.4",
        "name": table["name"],
        "display_name": "User directories",
        "version": table["version"],
        "description": table["description"],
        "author": {"name": table["authors"][0]["name"]},
        "server": {"type": "uv", "entry_point": "server/main.py", "mcp_config": _start(form)},
        "tools": [_tool(path) for path in sorted(_TOOLS.glob("*.json"))],
        "keywords": table["keywords"],
        "license": table["license"],
        "compatibility": {
            "platforms": ["darwin", "win32", "linux"],
            "runtimes": {"python": table["requires-python"]},
        },
        "user_config": {_SIMULATED: _switch()} | {field.variable.lower(): _setting(field) for field in form},
    }
    if address := repository():
        made["repository"] = {"type": "git", "url": address}
    return made


def _start(form: Sequence[Field]) -> dict[str, Any]:
    names = [*(field.variable for field in form), _SIMULATED.upper()]
    return {
        "command": "uv",
        "args": ["run", "--quiet", "--frozen", "--directory", "${__dirname}", "server/main.py"],
        "env": {name: f"${{user_config.{name.lower()}}}" for name in names},
    }


def _tool(snapshot: Path) -> dict[str, str]:
    definition = json.loads(snapshot.read_text(encoding="utf-8"))
    return {"name": definition["name"], "description": definition["description"].partition("\n")[0]}


def _switch() -> dict[str, Any]:
    return {
        "type": "boolean",
        "title": "Simulated directories, as long as nothing else is filled in",
        "description": "Six invented directories to try it with. A key or a file below takes their place.",
        "default": True,
        "required": False,
    }


def _setting(field: Field) -> dict[str, Any]:
    form = "file" if field.variable == "USER_DIRECTORY_CONFIG" else "string"
    setting = {"type": form, "title": field.title, "description": field.description, "required": False}
    return setting | {"sensitive": True} if field.is_secret else setting


def _pyproject() -> str:
    """Return what uv installs from; the bundle itself is not built, so that nothing but the dependencies is fetched."""
    table = project()
    needed = [*table["dependencies"], *table["optional-dependencies"]["keyring"]]
    head = (
        ("name", f"{table['name']}-bundle"),
        ("version", table["version"]),
        ("requires-python", table["requires-python"]),
    )
    lines = ["[project]", *(f"{key} = {json.dumps(value)}" for key, value in head)]
    return "\n".join([*lines, f"dependencies = {json.dumps(needed, indent=4)}", "", "[tool.uv]", "package = false", ""])


def write(folder: Path) -> None:
    """Put all that goes into the bundle into a new folder, but for the lock.

    Raises: FileExistsError.
    """
    folder.mkdir(parents=True)
    for package in PACKAGES:
        unwanted = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(ROOT / package, folder / "server" / Path(package).name, ignore=unwanted)
    shutil.copyfile(_HERE / "bundled_main.py", folder / "server/main.py")
    for name in ("LICENSE", "README.md"):
        shutil.copyfile(ROOT / name, folder / name)
    (folder / "pyproject.toml").write_text(_pyproject(), encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(manifest(), indent=2) + "\n", encoding="utf-8")


def lock(folder: Path) -> None:
    """Pin what uv installs, for all systems.

    Raises: subprocess.CalledProcessError, FileNotFoundError without uv.
    """
    subprocess.run(["uv", "lock", "--quiet", "--directory", folder], check=True)  # noqa: S607


def pack(folder: Path, bundle: Path) -> None:
    """Write the archive: the same bytes for the same files."""
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _THEN)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)


def main(options: argparse.Namespace) -> int:
    """Write the folder or the bundle."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary) / "bundle"
        write(folder)
        lock(folder)
        if options.bundle:
            pack(folder, options.bundle)
    return 0


def _options(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Write the bundle for one-click installation.")
    parser.add_argument("bundle", nargs="?", type=Path, metavar="OUT.mcpb")
    parser.add_argument("--folder", type=Path, help="leave what goes into it here, in a new folder")
    options = parser.parse_args(given)
    if not (options.bundle or options.folder):
        parser.error("say where to write: OUT.mcpb or --folder FOLDER")
    return options


if __name__ == "__main__":
    sys.exit(main(_options(sys.argv[1:])))
