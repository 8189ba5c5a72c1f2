"""The picture of the layers is what its script draws today, and shows every part that has a floor."""

from xml.etree import ElementTree

from layers_picture import PICTURE, ROOMS, imported, picture


def test_the_picture_is_what_the_script_draws_and_small() -> None:
    drawn = picture()
    assert PICTURE.read_text(encoding="utf-8") == drawn, "Run: python docs/layers_picture.py"
    assert ElementTree.fromstring(drawn).tag.endswith("svg")  # noqa: S314 - it is our own
    assert len(drawn.encode()) < 40_000


def test_the_arrows_are_the_imports() -> None:
    server, tools, directories, pagination, sandbox = [each.package for each in ROOMS]
    arrows = {room.package: imported(room) for room in ROOMS}
    assert arrows == {
        server: {tools, directories, sandbox},
        tools: {directories},
        directories: {pagination},
        pagination: set(),
        sandbox: set(),
    }


def test_every_package_that_has_a_floor_is_shown() -> None:
    shown = picture()
    for room in ROOMS:
        assert f">{room.folder.parent.name}/{room.package}/<" in shown
        assert all(f">{name}" in shown for floor in room.floors for name in floor)
