"""The facts of each preset, in a file of its name."""

from importlib import import_module

from user_directories import preset_names

from .facts import Facts, Record

FACTS: dict[str, Facts] = {
    name: import_module(f".{name.replace('-', '_')}", __package__).FACTS for name in preset_names()
}

__all__ = ["FACTS", "Facts", "Record"]
