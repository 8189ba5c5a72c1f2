"""The picture of a walk is what its script draws today."""

from xml.etree import ElementTree

from picture import PICTURE, picture


def test_the_picture_is_what_the_script_draws_and_small():
    drawn = picture()
    assert PICTURE.read_text(encoding="utf-8") == drawn
    assert ElementTree.fromstring(drawn).tag.endswith("svg")  # noqa: S314 - it is our own
    assert len(drawn.encode()) < 40_000


def test_it_shows_every_state_and_what_the_machine_makes_of_each_answer():
    drawn = picture()
    for shown in ("reading", "lost", "doubting: behind", "doubting: top", "ACCEPT", "BACK", "CHECK"):
        assert shown in drawn
