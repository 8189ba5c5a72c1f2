"""Whether a directory that does not answer is asked: states and times, without a request or a wait."""

import pytest

from user_directories.sources.circuit import MOST_SILENT, Circuit, Ended

FIRST, LONGEST = 10.0, 120.0


def silent(circuit: Circuit, times: int, now: float = 0.0) -> float:
    """So many requests in a row, each of a second, that nobody answers; return the time after the last."""
    for _ in range(times):
        assert circuit.begin(now) == 0
        circuit.end(now, now + 1, Ended.SILENT)
        now += 1
    return now


def tried(circuit: Circuit, began: float, ended: Ended) -> None:
    """The request that tries the directory after its rest."""
    assert circuit.begin(began) == 0
    circuit.end(began, began, ended)


def test_it_is_left_alone_after_three_silences_in_a_row():
    circuit = Circuit()
    assert MOST_SILENT == 3
    now = silent(circuit, MOST_SILENT)
    assert circuit.begin(now) == FIRST
    assert circuit.begin(now + 4) == FIRST - 4


def test_any_answer_between_silences_begins_the_row_anew():
    circuit = Circuit()
    now = silent(circuit, MOST_SILENT - 1)
    tried(circuit, now, Ended.ANSWERED)
    assert circuit.begin(silent(circuit, MOST_SILENT - 1, now)) == 0


def test_a_request_that_ended_early_says_nothing():
    circuit = Circuit()
    now = silent(circuit, MOST_SILENT - 1)
    for _ in range(5):
        tried(circuit, now, Ended.EARLY)
    assert circuit.silent == MOST_SILENT - 1
    assert circuit.begin(silent(circuit, 1, now)) == FIRST


def test_requests_under_way_together_count_once():
    circuit = Circuit()
    for began in range(200):
        assert circuit.begin(began / 1000) == 0
    for began in range(200):
        circuit.end(began / 1000, 15.0 + began / 1000, Ended.SILENT)
    assert circuit.silent == 1


def test_after_the_rest_one_request_tries_it_and_the_others_wait_for_that_one():
    circuit = Circuit()
    now = silent(circuit, MOST_SILENT) + FIRST
    assert circuit.begin(now) == 0
    assert [circuit.begin(now), circuit.begin(now + 0.5)] == [1.0, 1.0]
    circuit.end(now, now + 2, Ended.ANSWERED)
    assert [circuit.begin(now + 2), circuit.begin(now + 2)] == [0, 0]


def test_each_trial_in_vain_doubles_the_rest_up_to_two_minutes():
    circuit = Circuit()
    now, rests = silent(circuit, MOST_SILENT), []
    for _ in range(6):
        rests.append(circuit.begin(now))
        now += rests[-1]
        tried(circuit, now, Ended.SILENT)
    assert rests == [10, 20, 40, 80, LONGEST, LONGEST]


def test_an_answer_forgets_how_long_the_rest_was():
    circuit = Circuit()
    now = silent(circuit, MOST_SILENT) + FIRST
    tried(circuit, now, Ended.SILENT)
    tried(circuit, now + 2 * FIRST, Ended.ANSWERED)
    assert circuit.begin(silent(circuit, MOST_SILENT, now + 2 * FIRST)) == FIRST


def test_a_trial_that_was_given_up_leaves_room_for_another():
    circuit = Circuit()
    now = silent(circuit, MOST_SILENT) + FIRST
    tried(circuit, now, Ended.EARLY)
    assert circuit.begin(now) == 0


def test_an_answer_that_was_under_way_when_it_opened_closes_it():
    circuit = Circuit()
    assert circuit.begin(0.0) == 0
    now = silent(circuit, MOST_SILENT, 0.5)
    circuit.end(0.0, now, Ended.ANSWERED)
    assert circuit.begin(now) == 0


@pytest.mark.parametrize("ended", [Ended.SILENT, Ended.EARLY])
def test_what_was_under_way_when_it_opened_does_not_end_the_trial(ended):
    circuit = Circuit()
    assert circuit.begin(0.25) == 0
    now = silent(circuit, MOST_SILENT, 0.5) + FIRST
    assert circuit.begin(now) == 0
    circuit.end(0.25, now + 0.1, ended)
    assert circuit.begin(now + 0.2) == 1.0


def test_a_silence_that_is_shorter_than_its_late_answers_says_nothing():
    circuit = Circuit()
    circuit.end(0.0, 3.0, Ended.ANSWERED)
    now = silent(circuit, 10, 3.0)
    assert (circuit.silent, circuit.begin(now)) == (0, 0)
    for _ in range(MOST_SILENT):
        circuit.end(now, now + 3, Ended.SILENT)
        now += 3
    assert circuit.begin(now) == FIRST


def test_quick_answers_make_short_silences_count_again():
    circuit = Circuit()
    circuit.end(0.0, 3.0, Ended.ANSWERED)
    for _ in range(2):
        tried(circuit, 3.0, Ended.ANSWERED)
    assert circuit.begin(silent(circuit, MOST_SILENT, 3.0)) == FIRST


def test_a_lost_connection_counts_however_quickly_it_was_lost():
    circuit = Circuit()
    circuit.end(0.0, 3.0, Ended.ANSWERED)
    for _ in range(MOST_SILENT):
        tried(circuit, 3.0, Ended.LOST)
    assert circuit.begin(3.0) == FIRST
