"""The image is of this package, started by a user that owns nothing but one folder, and writes nowhere else."""

import re
import shlex
import tomllib

import pytest

import dockerfile
from dockerfile import Instruction, Settings
from project import PACKAGES, ROOT, project, registry_name

READ = dockerfile.read(ROOT / "Dockerfile")
STAGES = dockerfile.stages(READ)
LAST = STAGES[-1]


def started() -> Settings:
    settings = Settings()
    for instruction in LAST.instructions:
        settings = settings.after(instruction)
    return settings


def test_both_stages_are_of_one_python_that_is_named_exactly_enough():
    assert len({stage.image for stage in STAGES}) == 1
    assert re.fullmatch(r"python:3\.\d+-slim-[a-z]+", LAST.image)


def test_the_server_is_started_by_a_user_that_is_a_number_and_not_root():
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", started().user)


def test_the_entry_point_is_the_command_of_the_package_over_stdio():
    (command,) = project()["scripts"]
    assert (started().entry, started().command) == ((command,), ("serve",))


def test_nothing_is_written_but_in_the_folder_for_state():
    settings = started()
    assert settings.environment["PYTHONDONTWRITEBYTECODE"] == "1"
    assert Instruction("VOLUME", settings.environment["USER_DIRECTORY_STATE"]) in LAST.instructions


def test_the_labels_say_what_the_package_says():
    labels = [each.text for each in LAST.instructions if each.name == "LABEL"]
    read = dict(pair.split("=", 1) for text in labels for pair in shlex.split(text))
    package = project()
    assert read == {
        "org.opencontainers.image.title": package["name"],
        "org.opencontainers.image.description": package["description"],
        "org.opencontainers.image.licenses": package["license"],
        "org.opencontainers.image.version": package["version"],
        "io.modelcontextprotocol.server.name": registry_name(),
    }


def test_all_that_is_copied_is_there_and_let_through():
    copies = [dockerfile.copy(each) for stage in STAGES for each in stage.instructions if each.name == "COPY"]
    sources = {source for each in copies if each.stage is None for source in each.sources}
    assert sources == dockerfile.context(ROOT / ".dockerignore")
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert {each.stage for each in copies} == {None, STAGES[0].name}


def test_every_package_and_what_the_build_reads_is_copied():
    let_through = dockerfile.context(ROOT / ".dockerignore")
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = {package.partition("/")[0] for package in PACKAGES} | {"pyproject.toml", table["readme"]}
    assert needed | set(table["license-files"]) <= let_through


def test_the_health_check_is_a_file_of_the_image():
    (target,) = [
        dockerfile.copy(each).target for each in LAST.instructions if "health.py" in each.text and each[0] == "COPY"
    ]
    assert started().health == ("python", target)


def test_the_page_starts_the_image_as_its_user_with_a_folder_for_state_and_a_port_that_only_this_machine_reaches():
    page = (ROOT / "docs/install.md").read_text(encoding="utf-8").replace("\\\n", " ")
    runs = re.findall(r"^ {4}docker run (.*)", page, re.MULTILINE)
    user = started().user.partition(":")[0]
    assert len(runs) == 2
    assert all(f"--read-only --tmpfs /state:uid={user},mode=700 " in run for run in runs)
    assert all(port == "127.0.0.1:8000:8000" for run in runs for port in re.findall(r"-p (\S+)", run))


def test_lines_are_joined_comments_left_out_and_variables_filled_in(tmp_path):
    file = tmp_path / "Dockerfile"
    file.write_text(
        '# a comment\nFROM a AS b\nENV A="1" \\\n    PATH="/x:$PATH"\nHEALTHCHECK --interval=1s CMD ["c", "d"]\n'
    )
    (stage,) = dockerfile.stages(dockerfile.read(file))
    assert (stage.image, stage.name) == ("a", "b")
    settings = Settings(environment={"PATH": "/bin"})
    for instruction in stage.instructions:
        settings = settings.after(instruction)
    assert settings.environment == {"PATH": "/x:/bin", "A": "1"}
    assert settings.health == ("c", "d")


def test_an_instruction_that_nothing_carries_out_is_an_error():
    with pytest.raises(ValueError, match="ONBUILD"):
        Settings().after(Instruction("ONBUILD", "RUN x"))
