"""The clients that are tried: the script that runs each of them, and what is installed for it."""

from typing import NamedTuple

__all__ = ["CLIENTS", "Client"]


class Client(NamedTuple):
    """A client as its framework uses it. `script` and `requirements` are paths in this folder."""

    name: str
    script: str
    requirements: str
    arguments: tuple[str, ...] = ()


def _python(name: str, stem: str) -> Client:
    return Client(name, f"python/{stem}_client.py", f"python/requirements/{stem}.txt")


def _javascript(name: str, stem: str, *arguments: str) -> Client:
    return Client(name, f"javascript/{stem}_client.mjs", "javascript/requirements.txt", arguments)


CLIENTS = (
    _python("openai-agents", "openai_agents"),
    _python("pydantic-ai", "pydantic_ai"),
    _python("fastmcp", "fastmcp"),
    _python("langchain", "langchain"),
    _javascript("typescript-1", "typescript_1"),
    _javascript("typescript-2", "typescript_2", "legacy"),
    _javascript("typescript-2-auto", "typescript_2", "auto"),
)
