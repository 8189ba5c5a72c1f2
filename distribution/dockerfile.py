"""The Dockerfile, read: its stages, and what each instruction means for them."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

__all__ = ["Copy", "Instruction", "Settings", "Stage", "context", "copy", "read", "stages"]


class Instruction(NamedTuple):
    """One instruction, its lines joined."""

    name: str
    text: str


class Copy(NamedTuple):
    """Paths of the context, or of an earlier stage, and where they go."""

    stage: str | None
    sources: tuple[str, ...]
    target: str


class Stage(NamedTuple):
    """A base image and the instructions after it."""

    image: str
    name: str | None
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True)
class Settings:
    """How a process starts in a stage."""

    user: str = "0:0"
    folder: str = "/"
    environment: Mapping[str, str] = field(default_factory=lambda: {"PATH": "/usr/local/bin:/usr/bin:/bin"})
    entry: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    health: tuple[str, ...] = ()

    def after(self, instruction: Instruction) -> "Settings":
        """Return the settings as an instruction leaves them.

        Raises: ValueError for one that is not known.
        """
        name, text = instruction
        match name:
            case "USER":
                changed = replace(self, user=text)
            case "WORKDIR":
                changed = replace(self, folder=text)
            case "ENV":
                changed = replace(self, environment={**self.environment, **dict(self._variables(text))})
            case "ENTRYPOINT":
                changed = replace(self, entry=_words(text))
            case "CMD":
                changed = replace(self, command=_words(text))
            case "HEALTHCHECK":
                changed = replace(self, health=_words(text))
            case "RUN" | "COPY" | "LABEL" | "VOLUME" | "EXPOSE":
                changed = self
            case _:
                raise ValueError(f"{name} is an instruction that nothing here knows")
        return changed

    def _variables(self, text: str) -> Iterator[tuple[str, str]]:
        for pair in shlex.split(text):
            name, _, value = pair.partition("=")
            yield name, re.sub(r"\$(\w+)", lambda found: self.environment[found[1]], value)


def _words(text: str) -> tuple[str, ...]:
    """Return a command in its JSON form, which no shell reads; a health check has options before it."""
    return tuple(json.loads(text[text.index("[") :]))


def read(file: Path) -> tuple[Instruction, ...]:
    """Return the instructions of a file, without its comments."""
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    words = (line.partition(" ") for line in joined.splitlines() if line.strip())
    return tuple(Instruction(name.upper(), text.strip()) for name, _, text in words)


def stages(instructions: tuple[Instruction, ...]) -> tuple[Stage, ...]:
    """Part the instructions into stages."""
    starts = [number for number, each in enumerate(instructions) if each.name == "FROM"]
    return tuple(
        Stage(*_base(instructions[start].text), instructions[start + 1 : end])
        for start, end in zip(starts, [*starts[1:], len(instructions)], strict=True)
    )


def _base(text: str) -> tuple[str, str | None]:
    image, _, name = re.sub(r"\s+as\s+", " ", text, flags=re.IGNORECASE).partition(" ")
    return image, name or None


def copy(instruction: Instruction) -> Copy:
    """Return what a COPY copies."""
    words = shlex.split(instruction.text)
    stage = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else None
    return Copy(stage, tuple(words[:-1]), words[-1])


def context(ignoring: Path) -> frozenset[str]:
    """Return the paths that `.dockerignore` lets through, which begins by letting nothing."""
    patterns = ignoring.read_text(encoding="utf-8").split()
    assert patterns[0] == "*", "the file names what is let through"
    return frozenset(pattern[1:] for pattern in patterns if pattern.startswith("!"))
