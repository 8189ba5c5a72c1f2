"""Names in many scripts (`names.toml`), each with the Latin letters of its bearer's email address."""

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_CULTURES = Path(__file__).with_name("names.toml")

# Letters that Unicode does not decompose into a base letter and a mark.
_UNDECOMPOSED = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "\u0131": "i",
        "æ": "ae",
        "Æ": "Ae",
    }
    | {"þ": "th", "Þ": "Th", "ð": "d", "'": "", "\u2019": "", " ": ""}
)

EMOJI = ("🚀", "🌻", "🐙", "✨", "☕️", "🏳️‍🌈", "👩🏽‍💻", "🎸")


@dataclass(frozen=True, slots=True)
class Name:
    """A given and a family name (None for those who have only one), and an address up to its @."""

    given: str
    family: str | None
    full: str
    local: str
    script: str


def latin(name: str) -> str:
    """Return the name in ASCII lower case, as an address would spell it."""
    decomposed = unicodedata.normalize("NFKD", name.translate(_UNDECOMPOSED))
    return decomposed.encode("ascii", "ignore").decode().lower()


def _entries(table: str) -> list[tuple[str, str]]:
    pairs = (entry.strip().partition(":") for entry in table.split(",") if entry.strip())
    return [(name, spelled or latin(name)) for name, _, spelled in pairs]


@cache
def all_names() -> tuple[Name, ...]:
    """Return every pair of a given and a family name of one culture; no two share their local part."""
    names: list[Name] = []
    for culture in tomllib.loads(_CULTURES.read_text("utf-8"))["culture"]:
        script, pattern = culture["script"], culture["pattern"]
        family_names = _entries(culture["family"])
        for given, given_latin in _entries(culture["given"]):
            if not family_names:
                names.append(Name(given, None, given, given_latin, script))
            for family, family_latin in family_names:
                full = pattern.format(given=given, family=family)
                names.append(Name(given, family, full, f"{given_latin}.{family_latin}", script))
    return tuple(names)
