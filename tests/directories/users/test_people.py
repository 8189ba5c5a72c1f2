"""Who is the same person in several directories: linked with the evidence named, doubts said, nobody merged away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directories import DirectoryUser, Person, User
from user_directories.users.linking import Linking
from user_directories.users.people import Evidence


def people_in(users: list[DirectoryUser]) -> tuple[Person, ...]:
    """Who is on a page that no other came before."""
    return Linking().link(users).people


def together(users: list[DirectoryUser]) -> list[DirectoryUser]:
    return list(Linking().link(users).users)


def one(rows: tuple[int, ...], evidence: Evidence, doubt: str | None = None) -> Person:
    return Person(1, rows, evidence, doubt)


def rows(*users: tuple) -> list[DirectoryUser]:
    return [DirectoryUser(directory, User(identifier, **fields)) for directory, identifier, fields in users]


ADA = {"email": "ada@acme.example"}
UUID = "5b991ab0-daf4-40e4-90e9-c0402b633f11"


def test_the_same_address_in_two_directories_is_one_person_in_any_letter_case():
    users = rows(("a", "1", ADA), ("b", "2", {"email": "ADA@acme.example"}), ("b", "3", {"email": "bo@acme.example"}))
    assert people_in(users) == (one((0, 1), "email"),)


def test_an_address_that_every_directory_verified_is_better_evidence():
    verified = ADA | {"email_verified": True}
    assert people_in(rows(("a", "1", verified), ("b", "2", verified)))[0].evidence == "verified email"
    assert people_in(rows(("a", "1", verified), ("b", "2", ADA)))[0].evidence == "email"


def test_only_the_address_that_was_verified_is_called_so():
    one = {"email": "ann@acme.example", "emails": ("ann@acme.example", "boss@acme.example"), "email_verified": True}
    other = {"email": "boss@acme.example", "email_verified": True}
    assert people_in(rows(("a", "1", one), ("b", "2", other)))[0].evidence == "email"


def test_a_mailbox_is_verified_only_if_each_directory_verified_this_one():
    both = ("ada@acme.example", "a.king@acme.example")
    one_of_both = {"email": both[0], "emails": both, "email_verified": True}
    other = {"email": both[1], "emails": both, "email_verified": True}
    assert people_in(rows(("a", "1", one_of_both), ("b", "2", other)))[0].evidence == "email"
    assert people_in(rows(("a", "1", one_of_both), ("b", "2", one_of_both)))[0].evidence == "verified email"


def test_a_verified_mailbox_is_the_same_in_both_spellings_of_its_domain_and_no_other_by_an_accent():
    def evidence(one: str, other: str) -> list[str]:
        users = rows(
            *((name, name, {"email": each, "email_verified": True}) for name, each in (("a", one), ("b", other)))
        )
        return [person.evidence for person in people_in(users)]

    assert evidence("ada@bücher.example", "Ada@xn--bcher-kva.example") == ["verified email"]
    assert evidence("strauß@acme.example", "strauss@acme.example") == []


def test_an_accent_makes_another_mailbox_and_letter_case_another_id():
    assert people_in(rows(("a", "1", {"email": "josé@x.example"}), ("b", "2", {"email": "jose@x.example"}))) == ()
    assert people_in(rows(("a", "AbCdEfGhIjKlMnOpQrSt", {}), ("b", "aBcDeFgHiJkLmNoPqRsT", {}))) == ()


def test_any_address_of_a_user_links_them_and_so_does_an_id_that_is_one():
    several = {"email": "work@acme.example", "emails": ("work@acme.example", "ada@acme.example")}
    assert people_in(rows(("a", "1", several), ("b", "2", ADA))) == (one((0, 1), "email"),)
    assert people_in(rows(("a", "ada@acme.example", {}), ("b", "2", ADA))) == (one((0, 1), "email"),)


def test_a_long_id_links_and_a_short_one_only_perhaps():
    assert people_in(rows(("a", UUID, {}), ("b", UUID.upper(), {}))) == (one((0, 1), "id"),)
    for short in ("42", "ada", "1234567890123456789"):
        (person,) = people_in(rows(("a", short, {}), ("b", short, {})))
        assert (person.evidence, person.doubt) == ("id", "ids like these may be equal by chance")


@pytest.mark.parametrize(
    ("users", "doubt"),
    [
        ([("a", "1", ADA), ("a", "2", ADA), ("b", "3", ADA)], "several in a"),
        ([("a", "1", ADA | {"email_verified": False}), ("b", "2", ADA)], "an address is not verified"),
        (
            [
                ("a", "1", ADA),
                ("b", "2", {"emails": ("ada@acme.example", "x@acme.example")}),
                ("c", "3", {"email": "x@acme.example"}),
            ],
            "linked only through other rows",
        ),
    ],
)
def test_what_is_not_sure_is_a_candidate_with_the_reason_and_keeps_all_its_rows(users, doubt):
    (person,) = people_in(rows(*users))
    assert person == one(tuple(range(len(users))), "email", doubt)


def test_one_directory_alone_links_nobody():
    assert people_in(rows(("a", "1", ADA), ("a", "2", ADA))) == ()


def test_a_masked_or_cut_value_is_no_evidence():
    assert people_in(rows(("a", "1…", {"email": "a…@acme.example"}), ("b", "1…", {"email": "a…@acme.example"}))) == ()


def test_rows_of_a_person_stand_beside_each_other_where_the_first_one_stood():
    users = rows(("a", "1", {}), ("a", "2", ADA), ("a", "3", {}), ("b", "4", {}), ("b", "5", ADA))
    assert [found.user.id for found in together(users)] == ["1", "2", "5", "3", "4"]


ANYBODY = st.builds(
    DirectoryUser,
    st.sampled_from("abc"),
    st.builds(
        User,
        st.sampled_from(["1", "2", UUID, "x@acme.example"]),
        email=st.sampled_from([None, "x@acme.example", "y@acme.example", "z…@acme.example"]),
        emails=st.sampled_from([None, ("x@acme.example", "z@acme.example")]),
        email_verified=st.sampled_from([None, True, False]),
        extra=st.just({}),
    ),
)


@given(st.lists(ANYBODY, max_size=8))
def test_nobody_is_lost_and_nobody_is_in_two_groups(users):
    ordered = together(users)
    assert sorted(map(repr, ordered)) == sorted(map(repr, users))
    people = Linking().link(ordered).people
    grouped = [row for person in people for row in person.rows]
    assert len(grouped) == len(set(grouped))
    for person in people:
        assert list(person.rows) == list(range(person.rows[0], person.rows[-1] + 1))
        directories = [ordered[row].directory for row in person.rows]
        assert len(set(directories)) > 1
        if person.doubt is None:
            assert len(set(directories)) == len(directories)
    assert together(ordered) == ordered
