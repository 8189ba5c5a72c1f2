"""Questions to the person at the terminal; where there is none, what is missing is an error that names the option."""

from collections.abc import Mapping, Sequence
from typing import TextIO

from rich.console import Console
from rich.text import Text

from user_directories import ConfigurationError

from ..wrapping import print_wrapped

__all__ = ["Terminal"]


class Terminal:
    """Asks on a console. `is_there` is False if nobody can answer; `stream` stands in for the keyboard."""

    def __init__(self, console: Console, *, is_there: bool, stream: TextIO | None = None) -> None:
        self.console = console
        self.is_there = is_there
        self.has_asked = False
        self.says_aside = False
        """Whether what is said is no part of what is printed."""
        self._stream = stream
        self._aside = Console(stderr=True, highlight=False)

    def say_aside(self, text: str) -> None:
        """Print a line that is no part of the answer."""
        self._aside.print(Text(text), soft_wrap=True)

    def say(self, text: str, style: str | None = None) -> None:
        """Print lines, between the edges of a terminal."""
        if self.says_aside:
            self.say_aside(text)
        else:
            print_wrapped(self.console, text, style)

    def show(self, text: str) -> None:
        """Print what another program reads, line by line as it is."""
        self.console.print(Text(text), soft_wrap=True)

    def choose(self, question: str, options: Mapping[str, str], default: Sequence[str], option: str) -> list[str]:
        """Ask for one or several of `options`, which are names with what they mean; by number or name."""
        return self._chosen(question, options, default, option, "Numbers or names, with commas between them")

    def choose_one(self, question: str, options: Mapping[str, str], default: str, option: str) -> str:
        """Ask for one of `options`."""
        while True:
            chosen = self._chosen(question, options, [default], option, "A number or a name")
            if len(chosen) == 1:
                return chosen[0]
            self.say("Choose one of them.", "yellow")

    def _chosen(
        self, question: str, options: Mapping[str, str], default: Sequence[str], option: str, how: str
    ) -> list[str]:
        self._check(option, f"Give {option} NAME, one of: {', '.join(options)}.")
        self.say(f"\n{question}", "bold")
        names = list(options)
        width = max(map(len, names))
        for number, name in enumerate(names, 1):
            self.say(f"  {number:>2}  {name:<{width}}  {options[name]}")
        numbers = ",".join(str(names.index(each) + 1) for each in default)
        while True:
            answer = self._line(how, numbers)
            chosen = [_named(each, names) for each in answer.replace(",", " ").split()]
            if chosen and all(chosen):
                return list(dict.fromkeys(filter(None, chosen)))
            self.say("Write numbers or names of the list.", "yellow")

    def line(self, question: str, default: str | None, option: str, fix: str) -> str:
        """Ask for a line of text."""
        self._check(option, fix)
        while not (answer := self._line(question, default or "").strip()):
            self.say("It cannot be empty.", "yellow")
        return answer

    def secret(self, question: str, option: str, fix: str) -> str:
        """Ask for a line that is not shown; it may be empty."""
        self._check(option, fix)
        self.has_asked = True
        if self._stream is None:
            return self.console.input(Text(f"{question}: "), password=True).strip()
        return self.console.input(Text(f"{question}: "), stream=self._stream).strip()

    def confirm(self, question: str, option: str, fix: str, *, default: bool) -> bool:
        """Ask yes or no."""
        self._check(option, fix)
        while True:
            answer = self._line(f"{question} (y/n)", "y" if default else "n").strip().lower()
            if answer in ("y", "yes", "n", "no"):
                return answer[0] == "y"
            self.say("Write y or n.", "yellow")

    def _line(self, question: str, default: str) -> str:
        self.has_asked = True
        shown = f" [{default}]" if default else ""
        answer = self.console.input(Text(f"{question}{shown}: "), stream=self._stream)
        if self._stream is not None and not answer.endswith("\n"):
            raise EOFError
        return answer.strip() or default

    def _check(self, option: str, fix: str) -> None:
        if not self.is_there:
            raise ConfigurationError(option, "it is not given, and there is no terminal to ask on", fix)


def _named(answer: str, names: Sequence[str]) -> str | None:
    if answer.isdecimal():
        return names[int(answer) - 1] if 1 <= int(answer) <= len(names) else None
    return answer if answer in names else None
