"""From spawn to the first `tools/list` answer, beside a bare one-tool MCPServer in the same run.

    python bench/coldstart.py [--runs 15]

Both processes are started in turn; the figure to read is the ratio of the medians.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BARE = """
from mcp.server.mcpserver import MCPServer
server = MCPServer("bare")
@server.tool()
def echo(text: str) -> str:
    return text
server.run()
"""

MESSAGES = (
    {
        "jsonrpc": "2.0",
        "id": 0,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "bench", "version": "1"},
        },
    },
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
)

KEYS = {
    "KLAVIS_API_KEY": "k",
    "BRAINTRUST_API_KEY": "k",
    "DELAY_ACCESS_TOKEN": "k",
    "DELAY_BASE_URL": "http://127.0.0.1:9",
    "OPENPHONE_API_KEY": "k",
    "QUO_API_KEY": "k",
    "MONOCLOUD_API_KEY": "k",
    "MONOCLOUD_BASE_URL": "http://127.0.0.1:9",
}


def seconds_to_tools(command: list[str], environment: dict[str, str]) -> float:
    """Seconds from the start of the process to the whole `tools/list` answer."""
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for message in MESSAGES:
            process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        while json.loads(process.stdout.readline()).get("id") != 1:
            pass
        elapsed = time.perf_counter() - started
        process.stdin.close()
        process.wait()
    return elapsed


def main() -> None:
    """Print the medians, their ratio, and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    ours = [str(Path(sys.executable).parent / "user-directory-mcp")]
    bare = [sys.executable, "-c", BARE]
    with tempfile.TemporaryDirectory() as state:
        environment = os.environ | KEYS | {"USER_DIRECTORY_STATE": state}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or our modules alone are compiled at each start
        for command in (ours, bare):  # once uncounted: bytecode is written, files are in the page cache
            seconds_to_tools(command, environment)
        pairs = [(seconds_to_tools(ours, environment), seconds_to_tools(bare, environment)) for _ in range(runs)]
    medians = [statistics.median(column) for column in zip(*pairs, strict=True)]
    ratio = medians[0] / medians[1]
    print(f"six directories  {medians[0] * 1000:6.0f} ms")
    print(f"bare MCPServer   {medians[1] * 1000:6.0f} ms")
    print(f"ratio            {ratio:.3f}")
    print(json.dumps({"ours_s": medians[0], "bare_s": medians[1], "ratio": ratio, "runs": runs, "goal": 1.10}))


if __name__ == "__main__":
    main()
