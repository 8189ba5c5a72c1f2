"""The MCP clients whose files `setup` writes: where these are, and what an entry looks like there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .formats import JSON, TOML, Format
from .systems import System

__all__ = ["CLAUDE_CODE", "CLIENTS", "Client"]


def _nothing(_: str) -> str | None:
    return None


@dataclass(frozen=True)
class Client:
    """One client; `servers` is the key of its file under which every server has an entry.

    `source` is the document that says so. `reference` returns what stands for the value of a variable in an entry; None
    if the client cannot say that, so that the variable is left out.
    """

    name: str
    title: str
    servers: str
    file: Callable[[System], Path]
    restart: str
    """What the person does next."""
    log: Callable[[System], Path | str]
    """Where its log is: a file, or a place in the program."""
    source: str
    format: Format = JSON
    project: str | None = None
    """The file of a project, relative to it."""
    also: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Further members of an entry."""
    reference: Callable[[str], str | None] = _nothing
    forwards: str | None = None
    """The member that lists the variables which the client passes on."""

    @property
    def knows_variables(self) -> bool:
        """Whether an entry can name variables that the client passes on."""
        return self.forwards is not None or self.reference("NAME") is not None

    def is_there(self, system: System) -> bool:
        """Return whether the client seems to be installed: its file is there, or a folder of its own for it."""
        file = self.file(system)
        return file.exists() or (file.parent != system.home and file.parent.is_dir())


def _claude_desktop(system: System) -> Path:
    """Return the file of Claude Desktop; on Windows, that of the Store's package, which has folders of its own.

    https://learn.microsoft.com/windows/msix/desktop/desktop-to-uwp-behind-the-scenes#file-system. On Linux there is no
    official one: builds that exist follow the rules of Electron.
    """
    if system.name == "windows":
        packages = system.folder("LOCALAPPDATA", "AppData", "Local") / "Packages"
        for package in sorted(packages.glob("Claude_*")):
            return package / "LocalCache" / "Roaming" / "Claude" / "claude_desktop_config.json"
    return system.settings / "Claude" / "claude_desktop_config.json"


def _claude_desktop_log(system: System) -> Path:
    """Return the folder of the logs (https://modelcontextprotocol.io/docs/tools/debugging#viewing-logs)."""
    if system.name == "macos":
        return system.home / "Library" / "Logs" / "Claude"
    return _claude_desktop(system).parent / "logs"


def _claude_code(system: System) -> Path:
    folder = system.environment.get("CLAUDE_CONFIG_DIR", "")
    return (Path(folder) if folder else system.home) / ".claude.json"


def _zed(system: System) -> Path:
    """Return the settings of Zed (https://zed.dev/docs/configuring-zed#settings-files)."""
    if system.name == "macos":
        return system.home / ".config" / "zed" / "settings.json"
    return system.settings / ("Zed" if system.name == "windows" else "zed") / "settings.json"


def _zed_log(system: System) -> Path:
    """Return the log of Zed (https://zed.dev/docs/troubleshooting#zed-log)."""
    if system.name == "macos":
        return system.home / "Library" / "Logs" / "Zed" / "Zed.log"
    if system.name == "windows":
        return system.folder("LOCALAPPDATA", "AppData", "Local") / "Zed" / "logs" / "Zed.log"
    return system.folder("XDG_DATA_HOME", ".local", "share") / "zed" / "logs" / "Zed.log"


CLAUDE_CODE = Client(
    "claude-code",
    "Claude Code",
    "mcpServers",
    _claude_code,
    "Start a new session of Claude Code; `/mcp` shows the server.",
    lambda _: "what `claude --debug` prints",
    "https://code.claude.com/docs/en/mcp",
    project=".mcp.json",
    also={"type": "stdio"},
    reference=lambda name: f"${{{name}}}",
)

CLIENTS: Mapping[str, Client] = {
    each.name: each
    for each in (
        Client(
            "claude-desktop",
            "Claude Desktop",
            "mcpServers",
            _claude_desktop,
            "Quit Claude Desktop wholly (not only its window), and start it again.",
            _claude_desktop_log,
            "https://modelcontextprotocol.io/docs/develop/connect-local-servers",
        ),
        CLAUDE_CODE,
        Client(
            "cursor",
            "Cursor",
            "mcpServers",
            lambda system: system.home / ".cursor" / "mcp.json",
            "Restart Cursor; its settings list the server under MCP.",
            lambda _: "MCP Logs, in the panel Output",
            "https://cursor.com/docs/context/mcp",
            project=".cursor/mcp.json",
            reference=lambda name: f"${{env:{name}}}",
        ),
        Client(
            "vscode",
            "Visual Studio Code",
            "servers",
            lambda system: system.settings / "Code" / "User" / "mcp.json",
            "Run `MCP: List Servers` in VS Code, choose the server and start it.",
            lambda _: "Show Output, after `MCP: List Servers`",
            "https://code.visualstudio.com/docs/copilot/reference/mcp-configuration",
            project=".vscode/mcp.json",
            also={"type": "stdio"},
            reference=lambda name: f"${{env:{name}}}",
        ),
        Client(
            "windsurf",
            "Windsurf",
            "mcpServers",
            lambda system: system.home / ".codeium" / "windsurf" / "mcp_config.json",
            "Press Refresh in the MCP panel of Cascade, or restart Windsurf.",
            lambda _: "the MCP panel of Cascade, where the server stands with its error",
            "https://docs.windsurf.com/windsurf/cascade/mcp",
            reference=lambda name: f"${{env:{name}}}",
        ),
        Client(
            "zed",
            "Zed",
            "context_servers",
            _zed,
            "Zed reads its file by itself; the settings of its agent panel show the server.",
            _zed_log,
            "https://zed.dev/docs/ai/mcp",
            project=".zed/settings.json",
            also={"source": "custom"},
        ),
        Client(
            "codex",
            "Codex",
            "mcp_servers",
            lambda system: system.folder("CODEX_HOME", ".codex") / "config.toml",
            "Start Codex anew; `/mcp` shows the server.",
            lambda system: system.folder("CODEX_HOME", ".codex") / "log" / "codex-tui.log",
            "https://developers.openai.com/codex/mcp",
            format=TOML,
            project=".codex/config.toml",
            forwards="env_vars",
        ),
        Client(
            "gemini",
            "Gemini CLI",
            "mcpServers",
            lambda system: system.home / ".gemini" / "settings.json",
            "Start Gemini CLI anew; `/mcp` shows the server.",
            lambda _: "what `gemini --debug` prints",
            "https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md",
            project=".gemini/settings.json",
            reference=lambda name: f"${name}",
        ),
    )
}
