"""The pictures of the terminal show what the program prints today."""

import pytest

from terminal_pictures import COLUMNS, PICTURES, drawn, file_of, printed, words_of


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_what_the_program_prints(name: str) -> None:
    assert words_of(file_of(name).read_text(encoding="utf-8")) == words_of(drawn(name)), (
        f"Run: python docs/terminal_pictures.py {name}"
    )


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_small_and_loads_nothing(name: str) -> None:
    svg = file_of(name).read_text(encoding="utf-8")
    assert len(svg.encode()) < 40_000
    assert not any(word in svg for word in ("@font-face", "url(http", "@import", "<script", "<image", "href"))


@pytest.mark.parametrize("name", PICTURES)
def test_no_line_is_wider_than_the_terminal(name: str) -> None:
    assert max(line.cell_len for line in printed(name).split("\n")) <= COLUMNS
