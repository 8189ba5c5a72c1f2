"""What a task is: a question with one true answer, and how either agent finds it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from agent_calls import DirectoryAgent
from raw_agent import RawAgent

__all__ = ["Task"]


@dataclass(frozen=True)
class Task:
    """`truth` is for the judge: the agents' scripts see the question and what tools answer."""

    question: str
    truth: Any
    ours: Callable[[DirectoryAgent], Awaitable[Any]]
    raw: Callable[[RawAgent], Awaitable[Any]]
