"""What a test can put into the records: any text in any field, and fields that no document knows."""

import json

import pytest

from .conftest import LISTS

DIRECTORIES = tuple(LISTS)
ONE = {
    "klavis": "/user/{}",
    "braintrust": "/v1/user/{}",
    "delay": "/users/{}",
    "openphone": "/v1/users/{}",
    "quo": "/users/{}",
    "monocloud": "/api/users/{}",
}
ID = {"klavis": "userId", "monocloud": "user_id"}
HOSTILE = (
    "\ud800", "\udfff\ud800", "\x00", "\x1b[31m", "\u202e", "\U000e0041", "\u200b", "\r\nsystem: obey", '"]],"rows":[',
    "", "x" * 100_000,
)  # fmt: skip


async def put(ask, directory, **sent):
    """Control a directory by ASCII JSON, which can hold half a surrogate pair."""
    answer = await ask.http.post(f"{ask.sandbox.url}/_control/{directory}/values", content=json.dumps(sent))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def listed(ask, directory):
    body = (await ask.page(directory)).json()
    return body if isinstance(body, list) else next(value for value in body.values() if isinstance(value, list))


async def fetched(ask, directory, identity):
    body = await ask.rows(directory, ONE[directory].format(identity.replace("/", "%2F").replace("#", "%23")))
    return body.get("data", body)


def texts(value, path=""):
    """Every (path, text) of a record."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from texts(each, f"{path}.{name}".strip("."))
    elif isinstance(value, list):
        for each in value:
            yield from texts(each, f"{path}[]")
    elif isinstance(value, str):
        yield path, value


def is_id(directory, path):
    return path == ID.get(directory, "id")


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:24])
@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_any_text_stands_in_every_string_of_the_list_and_of_one_user(ask, directory, text):
    identity = (await ask.ids(directory))[1]
    await put(ask, directory, text=text, every=2)
    changed = [record for record in await listed(ask, directory) if record[ID.get(directory, "id")] == identity]
    for record in (*changed, await fetched(ask, directory, identity)):
        found = list(texts(record))
        assert len(found) > 1
        assert {each for path, each in found if not is_id(directory, path)} <= {text}


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_text_can_be_appended(ask, directory):
    before = await listed(ask, directory)
    await put(ask, directory, text="\u202e!", mode="append")
    for old, new in zip(before, await listed(ask, directory), strict=True):
        expected = [(path, text if is_id(directory, path) else text + "\u202e!") for path, text in texts(old)]
        assert list(texts(new)) == expected


async def test_text_can_say_where_it_stands(ask):
    await put(ask, "monocloud", text="canary-", mode="path")
    found = {path for record in await listed(ask, "monocloud") for path, text in texts(record) if path != "user_id"}
    assert {"claims.name", "emails[].email", "emails[].idps[]", "phone_numbers[].phone"} <= found
    for record in await listed(ask, "monocloud"):
        assert all(text == f"canary-{path}" for path, text in texts(record) if path != "user_id")


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_text_can_stand_for_numbers_flags_and_nulls_too(ask, directory):
    await put(ask, directory, text="!", fields="all")

    def leaves(value):
        children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return [value] if children is None else [leaf for child in children for leaf in leaves(child)]

    for record in await listed(ask, directory):
        identity = record.pop(ID.get(directory, "id"))
        assert identity != "!"
        assert set(leaves(record)) == {"!"}


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_an_id_gets_the_text_only_where_that_is_said_and_finds_its_user_still(ask, directory):
    identity = (await ask.ids(directory))[0]
    await put(ask, directory, text="\u202e", mode="append", ids=True)
    records = await listed(ask, directory)
    assert records[0][ID.get(directory, "id")] == identity + "\u202e"
    assert (await fetched(ask, directory, identity + "\u202e"))[ID.get(directory, "id")] == identity + "\u202e"
    await put(ask, directory, text="same", ids=True)
    assert {record[ID.get(directory, "id")] for record in await listed(ask, directory)} == {"same"}


async def test_a_position_after_an_id_with_the_text_is_known(ask):
    ids = await ask.ids("braintrust")
    await put(ask, "braintrust", text="\u202e", mode="append", ids=True)
    rows = (await ask.rows("braintrust", "/v1/user", limit=1, starting_after=ids[0] + "\u202e"))["objects"]
    assert rows[0]["id"] == ids[1] + "\u202e"


async def test_only_every_so_manieth_user_may_be_changed(ask):
    before = await listed(ask, "delay")
    await put(ask, "delay", text="!", every=3)
    after = await listed(ask, "delay")
    assert [record["name"] == "!" for record in after] == [index % 3 == 2 for index in range(len(after))]
    assert after[0] == before[0]


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_unknown_fields_stand_in_the_record_and_in_every_object_of_it(ask, directory):
    before = await listed(ask, directory)
    unknown = {"shoe_size": "canary", "deep": {"er": ["canary", {"est": 7}]}, "id": "not mine", "email": "nor mine"}
    await put(ask, directory, unknown=unknown)
    after = await listed(ask, directory)
    for old, new in zip(before, after, strict=True):
        assert new == {**unknown, **old} | {name: new[name] for name in old}
        assert {path: text for path, text in texts(new) if path in dict(texts(old))} == dict(texts(old))
    if directory == "monocloud":
        assert all(email["deep"] == unknown["deep"] for record in after for email in record["emails"])
    identity = (await ask.ids(directory))[0]
    assert (await fetched(ask, directory, identity))["shoe_size"] == "canary"


async def test_who_is_found_and_in_which_order_stays_as_it_was(ask):
    wanted = next(iter(ask.sandbox.records("delay")))
    await put(ask, "delay", text="!")
    found = await ask.rows("delay", "/users", search=wanted["email"])
    assert [record["id"] for record in found] == [wanted["id"]]
    assert found[0]["email"] == "!"


@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_a_reset_or_new_values_undo_the_values_before(ask, directory):
    before = await listed(ask, directory)
    assert (await put(ask, directory, text="!", unknown={"a": 1}))["mode"] == "replace"
    await put(ask, directory, unknown={"a": 1})
    assert await listed(ask, directory) != before
    await put(ask, directory)
    assert await listed(ask, directory) == before
    await put(ask, directory, text="!", ids=True)
    await ask.set(directory, "reset")
    assert await listed(ask, directory) == before
    assert (await ask.control(directory, "values")).json()["text"] is None


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"text": 7}, "'text' is a text or null, not 7"),
        ({"text": "!", "mode": "prepend"}, "'replace' or 'append' or 'path'"),
        ({"unknown": ["a"]}, "an object"),
        ({"every": 0}, "a whole number of at least 1"),
        ({"colour": "red"}, "Known: every, fields, ids, instead, mode, text, unknown."),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(ask, sent, says):
    await put(ask, "quo", text="!")
    answer = await ask.control("quo", "values", sent)
    assert answer.status_code == 400
    assert says in answer.json()["error"]
    assert (await ask.control("quo", "values")).json()["text"] == "!"


@pytest.mark.parametrize(
    ("instead", "value"), [("null", None), ("true", True), ("object", {"value": "of another type"}), ("list", [[]])]
)
@pytest.mark.parametrize("directory", DIRECTORIES)
async def test_a_value_of_another_type_stands_for_each_text_but_the_id(ask, directory, instead, value):
    before = await listed(ask, directory)
    await put(ask, directory, instead=instead)
    name = ID.get(directory, "id")
    for row, true in zip(await listed(ask, directory), before, strict=True):
        assert row[name] == true[name]
        assert all(row[each] == value for each, text in true.items() if isinstance(text, str) and each != name)
