"""The decisions of the machine, one at a time, without any I/O."""

import json

import pytest

from user_directory_pagination import Habits, Implausible, PositionRefused, RawPage, Recent, mark
from user_directory_pagination.chained.judge import Verdict
from user_directory_pagination.chained.machine import Machine
from user_directory_pagination.chained.place import Place
from user_directory_pagination.chained.situation import State

from .worlds import STRATEGIES, identify


def rows(*numbers):
    return [{"id": f"u{number}"} for number in numbers]


class Driven:
    """A machine, and what a walk does around it."""

    def __init__(self, kind, maximum=10):
        self.kind, self.maximum, self.known, self.habits = kind, maximum, Recent(), Habits()
        self.machine = Machine(STRATEGIES[kind](), identify, self.known, Place(), self.habits)

    def asks(self):
        return self.machine.next_request(self.maximum, self.maximum)

    def told(self, answer):
        asked = self.asks()
        verdict = self.machine.judge(asked, answer)
        batch = self.machine.advance(verdict, asked, answer)
        for row in batch.rows if batch else ():
            self.known.add(row.mark or b"", row.behind)
        return verdict

    def state(self):
        return self.machine.state

    def restarted(self):
        state = json.loads(json.dumps(self.machine.stored()))
        self.machine = Machine(STRATEGIES[self.kind](), identify, self.known, Place(**state), self.habits)


def page(*numbers, following=None):
    return RawPage(rows(*numbers), {"next": following})


def test_keys_ask_from_the_row_before_the_last_and_end_if_only_the_last_comes():
    driven = Driven("keys")
    assert driven.told(page(*range(10))) is Verdict.ACCEPT
    assert driven.asks().position == {"after": "u8"}
    assert driven.told(page(9)) is Verdict.END
    assert driven.state() is State.DONE
    assert driven.asks() is None


@pytest.mark.parametrize("answer", [PositionRefused("gone"), page(), page(77, 78)])
def test_a_row_that_does_not_come_again_is_lost_and_an_earlier_one_is_asked_from(answer):
    driven = Driven("keys")
    driven.told(page(*range(10)))
    assert driven.told(answer) is Verdict.BACK
    assert driven.state() is State.LOST
    driven.restarted()
    assert driven.state() is State.LOST
    assert driven.asks().position == {"after": "u6"}
    assert driven.told(page(7, 8, 10)) is Verdict.ACCEPT
    assert driven.state() is State.READING
    assert mark("u10") in driven.known


def test_a_start_that_is_refused_is_no_state_but_a_refusal():
    driven = Driven("keys")
    assert driven.told(PositionRefused("no")) is Verdict.CONTRADICTION
    assert driven.state() is State.READING


def test_a_full_page_without_a_token_is_doubted_until_it_comes_again():
    driven = Driven("tokens")
    driven.told(page(*range(10), following="a"))
    driven.told(page(*range(10, 20)))
    assert driven.state() is State.DOUBTING_THE_END
    driven.restarted()
    assert driven.asks().position == {"token": "a"}
    assert driven.told(page(*range(10, 20))) is Verdict.END
    assert driven.habits.end_vouched


def test_a_doubt_that_was_right_leads_on():
    driven = Driven("tokens")
    driven.habits.end_vouched = True
    driven.told(page(*range(10), following="a"))
    driven.told(page(*range(10, 20)))
    assert driven.told(page(*range(10, 20), following="b")) is Verdict.ACCEPT
    assert (driven.state(), driven.asks().position) == (State.READING, {"token": "b"})
    assert not driven.habits.end_vouched


def test_an_unproven_token_is_looked_back_at_and_the_state_is_stored():
    driven = Driven("unproven tokens")
    driven.told(page(*range(10), following="a"))
    driven.told(page(*range(10, 20), following="b"))
    assert driven.state() is State.LOOKING_BACK
    driven.restarted()
    assert driven.asks().position == {}
    assert driven.told(page(*range(1, 10), 99)) is Verdict.ACCEPT
    assert mark("u99") in driven.known
    assert driven.state() is State.READING
    assert driven.habits.row_numbers


def test_an_empty_answer_is_believed_when_it_comes_twice():
    driven = Driven("tokens")
    assert [driven.told(page()), driven.told(page())] == [Verdict.AGAIN, Verdict.END]
    driven = Driven("tokens")
    assert [driven.told(page()), driven.told(page(1))] == [Verdict.AGAIN, Verdict.ACCEPT]


@pytest.mark.parametrize("following", ["a", "c"])
def test_a_page_that_comes_again_at_another_token_is_a_contradiction_only_the_second_time(following):
    driven = Driven("tokens")
    driven.told(page(*range(10), following="a"))
    driven.told(page(*range(10, 20), following="b"))
    again = page(*range(10, 20), following=following)
    assert [driven.told(again), driven.told(again)] == [Verdict.AGAIN, Verdict.CONTRADICTION]
    assert driven.told(page(*range(20, 30), following="c")) is Verdict.ACCEPT


def test_a_token_that_comes_up_again_is_a_circle():
    driven = Driven("tokens")
    driven.told(page(*range(10), following="a"))
    driven.told(page(*range(10, 20), following="b"))
    circle = page(*range(20, 30), following="a")
    assert [driven.told(circle), driven.told(circle)] == [Verdict.AGAIN, Verdict.CONTRADICTION]
    assert "circle" in driven.machine.reason


def test_the_first_row_at_a_token_is_the_start_again():
    driven = Driven("tokens")
    driven.told(page(*range(10), following="a"))
    start = page(55, *range(9), following="b")
    assert [driven.told(start), driven.told(start)] == [Verdict.AGAIN, Verdict.CONTRADICTION]


def test_a_full_page_that_does_not_say_what_follows_is_never_the_end():
    driven = Driven("tokens")
    driven.told(RawPage(rows(*range(10)), {"next": True}))
    with pytest.raises(Implausible, match="does not say where its next rows are"):
        driven.asks()


def test_the_total_is_noted_and_so_is_how_much_it_changed():
    driven = Driven("tokens")
    driven.told(RawPage(rows(*range(10)), {"next": "a"}, {}, 30))
    assert (driven.machine.at.total, driven.machine.at.moved) == (30, False)
    driven.told(RawPage(rows(*range(10, 20)), {"next": "b"}, {}, 29))
    at = driven.machine.at
    assert (at.total, at.total_changed, at.total_change, at.moved) == (29, True, 1, True)


def test_a_stable_token_that_shows_a_row_again_is_a_doubt():
    driven = Driven("tokens")
    driven.told(page(*range(10), following="a"))
    driven.told(page(9, *range(10, 19), following="b"))
    assert driven.machine.at.drifted


@pytest.mark.parametrize("kind", ["keys", "tokens"])
def test_a_start_without_anybody_who_is_remembered_is_asked_for_again(kind):
    driven = Driven(kind)
    driven.known.add(mark("u5"))
    assert driven.told(page(50, 51)) is Verdict.AGAIN
    assert driven.told(page(5, 6)) is Verdict.ACCEPT


def test_nothing_is_believed_only_if_nothing_came_before():
    driven = Driven("keys")
    driven.known.add(mark("u5"))
    answers = [page(50, 51), page(), page(5, 6)]
    assert [driven.told(answer) for answer in answers] == [Verdict.AGAIN, Verdict.AGAIN, Verdict.ACCEPT]


def test_a_first_page_that_does_not_say_what_follows_is_not_the_end_however_short():
    driven = Driven("keys")
    driven.told(RawPage([{"id": None}]))
    with pytest.raises(Implausible, match="does not say where its next rows are"):
        driven.asks()


def test_a_walk_that_is_in_doubt_anyhow_looks_back_no_more():
    driven = Driven("unproven tokens")
    driven.machine.at.drifted = True
    driven.told(page(*range(10), following="a"))
    driven.told(page(*range(10, 20), following="b"))
    assert driven.state() is State.READING


@pytest.mark.parametrize(("asked_for", "certain"), [(5, True), (20, False)])
def test_an_answer_that_shows_everybody_again_at_a_later_key_is_the_end(asked_for, certain):
    driven = Driven("keys", asked_for)
    assert [driven.told(page(*range(10))) for _ in range(3)] == [Verdict.ACCEPT, Verdict.AGAIN, Verdict.END]
    assert driven.machine.at.drifted is not certain


def test_an_answer_with_fewer_rows_than_asked_for_is_everybody_if_its_total_says_so():
    said = RawPage(rows(*range(10)), {}, {}, 10)
    driven = Driven("keys", 20)
    assert [driven.told(said) for _ in range(3)] == [Verdict.ACCEPT, Verdict.AGAIN, Verdict.END]
    assert not driven.machine.at.drifted


def test_an_answer_that_shows_everybody_again_may_show_who_came_in():
    driven = Driven("keys", 5)
    driven.told(page(*range(10)))
    more = page(*range(11))
    assert [driven.told(more) for _ in range(4)] == [Verdict.AGAIN, Verdict.ACCEPT, Verdict.AGAIN, Verdict.END]
    assert mark("u10") in driven.known


def test_an_answer_of_just_the_size_asked_for_may_be_a_page_of_a_server_that_ignores_keys():
    driven = Driven("keys")
    driven.told(page(*range(10)))
    assert [driven.told(page(*range(10))) for _ in range(2)] == [Verdict.AGAIN, Verdict.CONTRADICTION]


def test_the_third_contradiction_in_a_row_ends_the_list_in_doubt_also_after_restarts():
    driven = Driven("tokens")
    driven.told(page(*range(10), following="a"))
    driven.told(page(*range(10, 20), following="b"))
    again = page(*range(10, 20), following="c")
    for _ in range(2):
        assert [driven.told(again), driven.told(again)] == [Verdict.AGAIN, Verdict.CONTRADICTION]
        driven.restarted()
    assert [driven.told(again), driven.told(again)] == [Verdict.AGAIN, Verdict.GIVE_UP]
    assert (driven.state(), driven.machine.at.drifted) == (State.DONE, True)
    assert driven.asks() is None


def test_contradictions_with_new_rows_between_them_end_nothing():
    driven = Driven("tokens")
    driven.told(page(*range(10), following="t0"))
    driven.told(page(*range(10, 20), following="t1"))
    for number in range(2, 6):
        again = page(*range(10), following="x")
        assert [driven.told(again), driven.told(again)] == [Verdict.AGAIN, Verdict.CONTRADICTION]
        assert driven.told(page(*range(10 * number, 10 * number + 10), following=f"t{number}")) is Verdict.ACCEPT


def test_a_token_that_is_refused_three_times_ends_the_list_in_doubt_and_a_start_does_not():
    driven = Driven("tokens")
    assert [driven.told(PositionRefused("no")) for _ in range(4)] == [Verdict.CONTRADICTION] * 4
    driven.told(page(*range(10), following="a"))
    answers = [driven.told(PositionRefused("no")) for _ in range(3)]
    assert answers == [Verdict.CONTRADICTION, Verdict.CONTRADICTION, Verdict.GIVE_UP]
    assert driven.machine.at.drifted


def test_a_page_that_does_not_say_what_follows_ends_the_list_in_doubt_the_third_time():
    driven = Driven("tokens")
    driven.told(RawPage(rows(*range(10)), {"next": True}))
    for _ in range(2):
        with pytest.raises(Implausible):
            driven.asks()
        driven.restarted()
    assert driven.asks() is None
    assert driven.machine.at.drifted


@pytest.mark.parametrize(("kind", "first"), [("tokens", {"next": "a"}), ("keys with more", {"more": True})])
def test_a_page_with_fewer_rows_than_others_that_is_not_the_last_is_asked_for_again_and_its_rows_are_taken(kind, first):
    driven = Driven(kind)
    driven.told(RawPage(rows(*range(10)), first))
    following = first | {"next": "b"}
    lacking = RawPage(rows(*range(9, 13), *range(14, 19)), following)
    assert driven.told(lacking) is Verdict.AGAIN
    assert driven.told(RawPage(rows(*range(9, 19)), following)) is Verdict.ACCEPT
    assert mark("u13") in driven.known
    assert not driven.habits.uneven


def test_a_server_with_uneven_pages_is_asked_twice_only_for_the_first_two_of_them():
    driven = Driven("tokens")
    driven.told(page(*range(10), following="t0"))
    short = [page(*range(10 * number, 10 * number + 8), following=f"t{number}") for number in range(1, 4)]
    verdicts = [driven.told(each) for each in (short[0], short[0], short[1], short[1], short[2])]
    assert verdicts == [Verdict.AGAIN, Verdict.ACCEPT, Verdict.AGAIN, Verdict.ACCEPT, Verdict.ACCEPT]
    assert driven.habits.uneven == 2


def test_a_clamp_and_a_last_page_are_not_taken_for_pages_that_lack_rows():
    driven = Driven("tokens", 20)
    answers = [page(*range(10), following="a"), page(*range(10, 20), following="b"), page(20, 21)]
    assert [driven.told(each) for each in answers] == [Verdict.ACCEPT] * 3


def test_a_short_page_of_keys_is_asked_for_again_when_rows_come_behind_it():
    driven = Driven("keys")
    driven.told(page(*range(10)))
    driven.told(page(*range(9, 13), *range(14, 19)))
    assert driven.told(page(*range(18, 28))) is Verdict.ACCEPT
    assert driven.state() is State.FILLING
    driven.restarted()
    assert driven.asks()[:2] == ({"after": "u8"}, 10)
    assert driven.told(page(*range(9, 19))) is Verdict.ACCEPT
    assert mark("u13") in driven.known
    assert (driven.state(), driven.asks().position, driven.habits.uneven) == (State.READING, {"after": "u26"}, 0)


def test_a_short_page_of_keys_that_is_the_last_is_not_asked_for_again():
    driven = Driven("keys")
    answers = [page(*range(10)), page(9, 10, 11), page(11)]
    assert [driven.told(each) for each in answers] == [Verdict.ACCEPT, Verdict.ACCEPT, Verdict.END]


def test_a_short_page_of_keys_that_comes_again_the_same_shows_uneven_pages_and_one_that_grew_shows_nothing():
    driven = Driven("keys")
    driven.told(page(*range(10)))
    for answer in (page(9, 10, 11), page(11, 12, 13), page(9, 10, 11)):
        assert driven.told(answer) is Verdict.ACCEPT
    assert driven.habits.uneven == 1
    driven.told(page(13, 14, 15))
    assert driven.state() is State.FILLING
    driven.told(page(11, 12, 13, 14, 15, 16))
    assert (driven.habits.uneven, driven.machine.at.drifted, mark("u16") in driven.known) == (1, False, False)
