"""The number of a person holds for a whole walk: over all pages, restarts, and whatever links two people later."""

import json
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from user_directories import DirectoryUser, Person, User
from user_directories.users import linking
from user_directories.users.linking import Linked, Linking
from user_directories.users.people import Seen

LONG = "5b991ab0-daf4-40e4-90e9-c0402b633f1"
ADDRESSES = ["x@acme.example", "X@acme.example", "y@bücher.example", "y@xn--bcher-kva.example", "z@acme.example"]
MASKED = ["x…@acme.example", "…@acme.example"]


def user(directory: str, identifier: str, *emails: str, verified: bool | None = None) -> DirectoryUser:
    first = emails[0] if emails else None
    return DirectoryUser(directory, User(identifier, email=first, emails=emails or None, email_verified=verified))


def again(linking: Linking) -> Linking:
    """The same after a restart."""
    return Linking.load(json.loads(json.dumps(linking.dump())))


def pages_of(users: Sequence[DirectoryUser], cuts: Iterable[int]) -> list[Linked]:
    """The pages of a walk that is cut at these places, with a restart after each."""
    ends = sorted({*(cut for cut in cuts if cut < len(users)), len(users)})
    linking, pages = Linking(), []
    for start, end in zip([0, *ends], ends, strict=False):
        linking = again(linking)
        pages.append(linking.link(users[start:end]))
    return pages


def told(pages: Sequence[Linked]) -> set[frozenset[tuple[str, str]]]:
    """Who is one person, as a reader of all pages joins them: by numbers, by names, and by numbers that are one."""
    joined: list[set[object]] = []
    for page in pages:
        for person in page.people:
            here = [(page.users[row].directory, page.users[row].user.id) for row in person.rows]
            named = [(seen.directory, seen.id) for seen in person.earlier if seen.id is not None]
            link: set[object] = {person.number, *person.also, *here, *named}
            touched = [group for group in joined if group & link]
            joined = [group for group in joined if not group & link] + [link.union(*touched)]
    return {frozenset(each for each in group if isinstance(each, tuple)) for group in joined}


def test_the_same_person_on_a_later_page_has_the_same_number_and_a_stranger_another():
    linking = Linking()
    first = linking.link([user("a", "1", "x@acme.example"), user("b", "2", "x@acme.example")])
    second = again(linking).link(
        [user("a", "3", "z@acme.example"), user("b", "4", "z@acme.example"), user("c", "5", "X@acme.example")]
    )
    assert [(person.number, person.rows) for person in first.people] == [(1, (0, 1))]
    assert [(person.number, person.rows) for person in second.people] == [(2, (0, 1)), (1, (2,))]


def test_somebody_who_was_linked_to_nobody_is_named_by_directory_and_id():
    linking = Linking()
    assert linking.link([user("a", "u-1", "x@acme.example")]).people == ()
    assert again(linking).link([user("b", "2", "x@acme.example")]).people == (
        Person(1, (0,), "email", earlier=(Seen("a", "u-1"),)),
    )


def test_an_id_that_is_an_address_is_named_though_it_is_not_kept():
    linking = Linking()
    linking.link([user("a", "x@acme.example")])
    (person,) = again(linking).link([user("b", "2", "x@acme.example")]).people
    assert person.earlier == (Seen("a", "x@acme.example"),)
    linking = Linking()
    linking.link([user("a", "X@acme.example")])  # of which nobody knows in which letters it was written
    (person,) = again(linking).link([user("b", "2", "x@acme.example")]).people
    assert person.earlier == (Seen("a", None),)
    linking = Linking()
    linking.link([user("a", "z@acme.example", "x@acme.example")])
    (person,) = again(linking).link([user("b", "2", "x@acme.example")]).people
    assert person.earlier == (Seen("a", None),)


@pytest.mark.parametrize("identifier", ["u…", "u" * 41, "é" * 20])
def test_an_id_that_is_masked_or_very_long_is_not_named(identifier):
    linking = Linking()
    linking.link([user("a", identifier, "x@acme.example")])
    (person,) = again(linking).link([user("b", "2", "x@acme.example")]).people
    assert person.earlier == (Seen("a", None),)


def test_two_people_who_turn_out_to_be_one_keep_the_first_number_and_the_other_is_told():
    linking = Linking()
    linking.link([user(name, name + each[0], each) for each in ("x@acme.example", "z@acme.example") for name in "ab"])
    (person,) = again(linking).link([user("c", "3", "z@acme.example", "x@acme.example")]).people
    assert (person.number, person.also, person.doubt) == (1, (2,), "several in a, b")
    linking = again(linking)
    linking.link([user("c", "3", "z@acme.example", "x@acme.example")])
    (person,) = again(linking).link([user("d", "4", "z@acme.example")]).people
    assert (person.number, person.also) == (1, ())


@pytest.mark.parametrize(
    ("verified", "evidence", "doubt"),
    [
        (True, "verified email", None),
        (None, "email", None),
        (False, "email", "an address is not verified"),
    ],
)
def test_what_an_earlier_directory_says_of_its_address_is_remembered(verified, evidence, doubt):
    linking = Linking()
    linking.link([user("a", "1", "x@acme.example", verified=verified)])
    (person,) = again(linking).link([user("b", "2", "x@acme.example", verified=True)]).people
    assert (person.evidence, person.doubt) == (evidence, doubt)


USERS = st.lists(
    st.builds(
        user,
        st.sampled_from("abc"),
        st.sampled_from(["1", "2", "3", LONG + "1", LONG + "2", LONG.upper() + "2"]),
        st.sampled_from(ADDRESSES + MASKED),
        st.sampled_from(ADDRESSES),
        verified=st.sampled_from([None, True, False]),
    ),
    max_size=12,
    unique_by=lambda found: (found.directory, found.user.id),
)
WITH_ADDRESSES = st.lists(
    st.builds(
        user, st.sampled_from("abc"), st.sampled_from(ADDRESSES + MASKED + ["1", "2"]), st.sampled_from(ADDRESSES)
    ),
    max_size=12,
    unique_by=lambda found: (found.directory, found.user.id),
)
CUTS = st.sets(st.integers(1, 11))


@given(USERS, CUTS)
def test_the_pages_of_a_walk_tell_the_same_people_as_one_page(users, cuts):
    pages, whole = pages_of(users, cuts), Linking().link(users)
    assert told(pages) == told([whole])
    last = {person.number: person for page in pages for person in page.people}
    gone = {number for page in pages for person in page.people for number in person.also}
    ends = sorted((each.evidence, each.doubt or "") for number, each in last.items() if number not in gone)
    assert ends == sorted((each.evidence, each.doubt or "") for each in whole.people)
    event(f"{len(pages)} pages, {len(whole.people)} people")


@given(USERS | WITH_ADDRESSES, CUTS, st.integers(1, 5))
def test_no_strangers_are_joined_whatever_is_forgotten_or_not_named(users, cuts, remembered):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linking, "_MOST_USERS", remembered)
        pages = pages_of(users, cuts)
    people = told([Linking().link(users)])
    assert all(any(group <= each for each in people) for group in told(pages))


@given(USERS, CUTS, CUTS)
def test_a_page_that_is_made_again_is_the_same(users, cuts, other):
    linking = Linking()
    for page in pages_of(users, cuts):
        linking.link(page.users)
    state = json.dumps(linking.dump())
    some = users[: len(other)]
    assert Linking.load(json.loads(state)).link(some) == Linking.load(json.loads(state)).link(some)


@given(USERS, CUTS, st.lists(st.sampled_from(MASKED), min_size=1, max_size=2))
def test_a_masked_value_links_nobody(users, cuts, masked):
    def with_masked(found: DirectoryUser) -> DirectoryUser:
        emails = (*masked, *(found.user.emails or ()))
        return DirectoryUser(found.directory, found.user._replace(emails=emails))

    assert [page.people for page in pages_of([*map(with_masked, users)], cuts)] == [
        page.people for page in pages_of(users, cuts)
    ]


def test_one_whom_somebody_forgotten_belonged_to_is_a_candidate(monkeypatch):
    monkeypatch.setattr(linking, "_MOST_USERS", 1)
    walk = Linking()
    walk.link([user("a", "1", "x@acme.example"), user("b", "2", "x@acme.example")])
    (person,) = again(walk).link([user("c", "3", "x@acme.example")]).people
    assert (person.number, person.doubt) == (1, "earlier rows are forgotten")


def test_what_is_kept_is_small_and_has_no_address_in_it():
    walk = Linking()
    for page in range(30):
        walk = again(walk)
        walk.link(
            [
                user("ab"[n % 2], LONG + f"{page:02}{n:02}", *(f"{page}-{n}-{k}@acme.example" for k in range(20)))
                for n in range(100)
            ]
        )
    state = json.dumps(walk.dump(), separators=(",", ":"))
    assert "acme" not in state
    assert "@" not in state
    assert len(state) < 110_000
    assert len(walk.dump()["users"]) == 1024


def test_each_walk_has_digests_of_its_own():
    states = []
    for _ in range(2):
        walk = Linking()
        walk.link([user("a", "1", "x@acme.example")])
        states.append(walk.dump()["users"])
    assert states[0] != states[1]
