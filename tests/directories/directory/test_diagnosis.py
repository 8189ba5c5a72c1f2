"""Whether a directory is as its manifest says, and the one line that mends it if not."""

import pytest
from pydantic import SecretStr

from user_directories import built_in, built_in_names


async def diagnosed(house, settings):
    directories = await house.open(settings)
    (diagnosis,) = [each async for each in directories.diagnoses()]
    return diagnosis


@pytest.mark.parametrize("name", built_in_names())
async def test_a_directory_that_works_has_no_problem_and_names_what_it_holds(house, name):
    diagnosis = await diagnosed(house, name)
    assert (diagnosis.directory, diagnosis.provider) == (name, built_in(name).title)
    assert (diagnosis.problem, diagnosis.fix, diagnosis.said, diagnosis.warnings) == (None, None, None, ())
    assert "id" in diagnosis.fields
    assert diagnosis.total == {"klavis": 237, "monocloud": 237, "openphone": 260}.get(name)
    assert len(await house.requests(name)) <= 2


@pytest.mark.parametrize("name", built_in_names())
async def test_a_wrong_key_names_where_the_key_is_kept_and_shows_none(house, name):
    settings = house.settings(name, key=SecretStr("canary-7f3a9c"), key_source="THE_KEY")
    diagnosis = await diagnosed(house, settings)
    assert diagnosis.problem
    assert "THE_KEY" in diagnosis.fix
    assert "canary" not in repr(diagnosis)


@pytest.mark.parametrize(
    ("status", "problem", "fix"),
    [
        (401, "it does not accept the API key (401)", "Set"),
        (402, "the account's plan does not include this (402)", "plan"),
        (403, "the API key may not read users (403)", "may read users"),
        (404, "it has nothing at that address (404)", "does not have /users"),
        (429, "it is limiting requests (429)", "run doctor again"),
        (500, "it reports an error on its own side (500)", "can be reached"),
        (400, "it refused the request (400)", "manifest"),
    ],
)
async def test_each_fault_has_its_line(house, no_pauses, status, problem, fix):
    await house.tell("delay", "faults", kind="status", status=status, next=3)
    diagnosis = await diagnosed(house, "delay")
    assert diagnosis.problem == problem
    assert fix in diagnosis.fix
    assert diagnosis.said  # Delay's envelope has a message


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("klavis", 404, "User not found"),
        ("braintrust", 404, None),  # its errors are plain text
        ("quo", 404, "Not Found"),
        ("monocloud", 404, "Not Found"),
    ],
)
async def test_the_providers_own_words_are_shown_to_the_operator(house, name, status, said):
    await house.tell(name, "faults", kind="status", status=status)
    assert (await diagnosed(house, name)).said == said


@pytest.mark.parametrize(("parameter", "effect"), [("search", True), ("q", False), (None, False)])
async def test_a_search_parameter_that_is_a_guess_is_tried(house, parameter, effect):
    await house.tell("delay", "behaviour", fuzzy_parameter=parameter)
    diagnosis = await diagnosed(house, "delay")
    assert diagnosis.problem is None
    assert [("'search' has no effect" in warning) for warning in diagnosis.warnings] == ([] if effect else [True])


async def test_a_search_parameter_that_is_refused_is_told(house):
    directories = await house.open("delay")
    await house.tell("delay", "faults", kind="null_records")
    await house.tell("delay", "faults", kind="status", status=400)
    (diagnosis,) = [each async for each in directories.diagnoses()]
    assert ["'search' is refused" in warning for warning in diagnosis.warnings] == [True]


async def test_a_total_that_does_not_come_is_told(house):
    await house.tell("monocloud", "behaviour", x_pagination=False)
    assert (await diagnosed(house, "monocloud")).warnings == (
        "The answer has no total: users are counted by reading the whole list.",
    )


@pytest.mark.parametrize(
    ("table", "change", "says"),
    [
        ("user", {"id": "uuid"}, "the records have no id"),
        ("list", {"items": "users"}, "has no list of users"),
    ],
)
async def test_a_manifest_that_looks_in_the_wrong_place_is_told_the_key_to_check(house, table, change, says):
    manifest = built_in("quo")
    wrong = manifest.model_copy(update={table: getattr(manifest, table).model_copy(update=change)})
    diagnosis = await diagnosed(house, house.settings("quo", manifest=wrong))
    assert says in diagnosis.problem
    assert f"{table}." in diagnosis.fix


async def test_a_field_that_no_record_has_is_told(house):
    manifest = built_in("quo")
    user = manifest.user.model_copy(update={"email": "mail"})
    diagnosis = await diagnosed(house, house.settings("quo", manifest=manifest.model_copy(update={"user": user})))
    assert diagnosis.warnings == ("No record of the first page has email: check user.email.",)


@pytest.mark.parametrize(
    ("paths", "warning"),
    [
        ({"role": "@"}, "role cannot be read in 25 of 25 records (an object): correct user.role, or give the words"),
        ({"created_at": "id"}, "created_at cannot be read in 25 of 25 records (written like"),
        ({"email": "@"}, "email cannot be read in 25 of 25 records (an object): correct user.email."),
    ],
)
async def test_a_field_that_cannot_be_read_is_told_with_what_helps(house, paths, warning):
    manifest = built_in("quo")
    user = manifest.user.model_copy(update=paths)
    diagnosis = await diagnosed(house, house.settings("quo", manifest=manifest.model_copy(update={"user": user})))
    (told,) = diagnosis.warnings
    assert told.startswith(warning)


@pytest.mark.parametrize("name", built_in_names())
async def test_a_directory_without_users_works(house, name):
    await house.tell(name, "delete", count=237)
    diagnosis = await diagnosed(house, name)
    assert (diagnosis.problem, diagnosis.fields) == (None, ())


async def test_one_that_is_broken_does_not_hide_the_others(house):
    await house.tell("klavis", "faults", kind="status", status=401)
    directories = await house.open("klavis", "quo")
    assert [bool(each.problem) async for each in directories.diagnoses()] == [True, False]
