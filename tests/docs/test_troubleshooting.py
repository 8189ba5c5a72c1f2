"""Each message that the page on troubles names is one that somebody can meet."""

import json
import re

import pytest

from .pages import PAGES, ROOT

PAGE = PAGES["docs/troubleshooting.md"]
SYMPTOMS = [line.split(" | ")[0].strip("| ") for line in PAGE.splitlines() if line.startswith("| ")]
QUOTED = sorted({quoted for symptom in SYMPTOMS for quoted in re.findall(r'"([^"]+)"', symptom)})
OF_CLIENTS = {"Failed to connect", "Server disconnected"}
OF_SYSTEMS = {"Address already in use"}


def said() -> str:
    """All that the program can say, with … in the place of what differs."""
    kinds = [json.loads((ROOT / f"tests/directories/{list_}/kinds.json").read_text()) for list_ in ("errors", "notes")]
    sentences = [kind["what"] for kind in kinds[0].values()] + [each for kind in kinds[1].values() for each in kind]
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "server").rglob("*.py")))
    return re.sub(r"\{[^{}]*\}", "…", "\n".join([*sentences, code]))


SAID = said()


def test_there_are_messages() -> None:
    assert len(QUOTED) > 15


@pytest.mark.parametrize("quoted", sorted({*QUOTED} - OF_CLIENTS - OF_SYSTEMS))
def test_a_message_is_one_of_the_program(quoted: str) -> None:
    generalized = re.sub(r"\(\d+\)", "(…)", quoted).replace(" 3 times", " … times")
    assert generalized.rstrip("… ") in SAID
