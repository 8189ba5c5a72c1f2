"""The people: the same for the same seed, in many scripts, some of them in several directories."""

import time
import unicodedata
from itertools import islice

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directory_sandbox import DIRECTORIES, Sandbox
from user_directory_sandbox.draws import LETTERS, NANOID, Identifiers, Scatter, key_of
from user_directory_sandbox.members import Members
from user_directory_sandbox.names import all_names

NUMBERS = st.integers(0, 2**32 - 1)


def addresses(directory, record):
    match directory:
        case "klavis":
            return [record["userId"]] if record["userId"].endswith(".example") else []
        case "monocloud":
            return [email["email"] for email in record["emails"] if email["primary"]]
        case _:
            return [record["email"]] if record["email"] else []


@pytest.fixture(scope="module")
def sandbox():
    return Sandbox(users=2000)


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_the_same_seed_gives_the_same_people_and_another_gives_others(sandbox, directory):
    people = list(sandbox.records(directory))
    assert list(Sandbox(users=2000).records(directory)) == people
    others = list(Sandbox(users=2000, seed=2).records(directory))
    assert sum(one == other for one, other in zip(people, others, strict=True)) == 0


def test_three_in_ten_users_stand_in_another_directory_too(sandbox):
    found = {
        directory: [a for record in sandbox.records(directory) for a in addresses(directory, record)]
        for directory in DIRECTORIES
    }
    for directory, mine in found.items():
        assert len(set(mine)) == len(mine)
        elsewhere = {a for other, theirs in found.items() if other != directory for a in theirs}
        assert 0.22 < sum(address in elsewhere for address in mine) / len(mine) < 0.38, directory


def test_a_person_has_the_same_name_in_each_directory(sandbox):
    delay = {record["email"]: record["name"] for record in sandbox.records("delay")}
    cloud = {
        address: record["claims"]["name"]
        for record in sandbox.records("monocloud")
        for address in addresses("monocloud", record)
        if record["claims"]
    }
    both = delay.keys() & cloud.keys()
    assert len(both) > 100
    assert all(delay[address] == cloud[address] for address in both)


def test_names_are_written_in_many_scripts(sandbox):
    names = [record["name"] for record in sandbox.records("delay")]
    letters = {unicodedata.name(letter, "?").split()[0] for name in names for letter in name}
    assert letters >= {
        "LATIN",
        "GREEK",
        "CYRILLIC",
        "ARABIC",
        "HEBREW",
        "DEVANAGARI",
        "CJK",
        "HIRAGANA",
        "HANGUL",
        "THAI",
    }
    assert any(unicodedata.category(letter) == "So" for name in names for letter in name)
    assert any(unicodedata.bidirectional(name[0]) in ("R", "AL") for name in names)
    for mark in ("'", "\N{RIGHT SINGLE QUOTATION MARK}", "-"):
        assert any(mark in name for name in names), mark
    assert any(" " not in name and name.isascii() for name in names)


async def test_names_survive_the_journey(sandbox):
    async with Sandbox(users=2000) as live, httpx2.AsyncClient() as http:
        answer = await http.get(
            f"{live.base_url('monocloud')}/api/users?size=100&page=3", headers={"X-API-KEY": "sandbox-monocloud-key"}
        )
    assert answer.json() == list(islice(sandbox.records("monocloud"), 200, 300))


def test_every_address_is_plain_and_belongs_to_one_name():
    locals_ = [name.local for name in all_names()]
    assert len(set(locals_)) == len(locals_) > 4000
    assert all(local.isascii() and local.replace("-", "").replace(".", "").isalpha() for local in locals_)


@given(st.sampled_from(DIRECTORIES), st.integers(0, 2_000_000), st.integers(0, 99))
def test_an_address_leads_back_to_its_user(directory, number, seed):
    members = Members(directory, seed, 1_000_000)
    assert members.number_of_email(members.email(number)) == number
    assert members.person(number).email == members.email(number)


@given(st.integers(0, 1_100_000), st.integers(0, 9))
def test_users_with_higher_numbers_were_never_created_earlier_nor_changed_before(number, seed):
    members = Members("delay", seed, 1_000_000)
    created = members.created(number)
    assert created <= members.created(number + 1)
    assert created <= members.updated(number)
    first = members.first_created_at(created)
    assert members.created(first) == created
    assert first == 0 or members.created(first - 1) < created


@given(NUMBERS, NUMBERS)
def test_identifiers_lead_back_to_their_number(number, seed):
    identifiers = Identifiers(seed)
    assert identifiers.number_of_uuid(identifiers.uuid(number)) == number
    assert identifiers.number_of_text(identifiers.text(number, 10), 10, LETTERS) == number
    assert identifiers.number_of_text(identifiers.text(number, 21, NANOID), 21, NANOID) == number


@given(NUMBERS, NUMBERS)
def test_scattering_is_undone_by_gathering(number, seed):
    scatter = Scatter(key_of(seed))
    assert scatter.gather(scatter.scatter(number)) == number


@given(st.text(max_size=40))
def test_an_identifier_that_nobody_has_leads_nowhere(text):
    identifiers = Identifiers(1)
    assert identifiers.number_of_uuid(text) is None
    assert identifiers.number_of_text(text, 10) is None
    assert Members("quo", 1, 10).number_of_email(text) is None


async def test_a_million_users_open_fast_and_page_anywhere():
    began = time.perf_counter()
    sandbox = Sandbox(users=1_000_000)
    assert time.perf_counter() - began < 2
    async with sandbox, httpx2.AsyncClient() as http:
        headers = {"Authorization": "Bearer sandbox-klavis-key"}
        url = f"{sandbox.base_url('klavis')}/user/?page_size=1000"
        for page in (1, 500, 1000):
            users = (await http.get(url, params={"page_size": 1000, "page_number": page}, headers=headers)).json()
            assert len(users["users"]) == 1000
        assert users["totalCount"] == 1_000_000
        address = next(user["userId"] for user in users["users"] if user["userId"].endswith(".example"))
        one = await http.get(f"{sandbox.base_url('klavis')}/user/{address}", headers=headers)
        assert one.json()["userId"] == address
