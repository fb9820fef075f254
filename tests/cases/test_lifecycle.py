"""The table of named moves."""

import pytest
from django.utils import translation

from cases.lifecycle import CLOCK_ENDED, FINAL, MOVES, OPEN, PAUSED, Move, Status, move, moves_from
from czrm.kit.refused import Refused

STORY = [
    (Status.RECEIVED, "start", Status.IN_PROGRESS),
    (Status.IN_PROGRESS, "ask_citizen", Status.WAITING_CITIZEN),
    (Status.WAITING_CITIZEN, "citizen_answers", Status.IN_PROGRESS),
    (Status.IN_PROGRESS, "ask_third", Status.WAITING_THIRD),
    (Status.WAITING_THIRD, "third_answers", Status.IN_PROGRESS),
    (Status.WAITING_THIRD, "go_on", Status.IN_PROGRESS),
    (Status.IN_PROGRESS, "decide", Status.DECIDED),
    (Status.DECIDED, "amend", Status.IN_PROGRESS),
    (Status.RECEIVED, "answer", Status.CLOSED),
    (Status.DECIDED, "close", Status.CLOSED),
    (Status.CLOSED, "reopen", Status.REOPENED),
    (Status.REOPENED, "start", Status.IN_PROGRESS),
    (Status.RECEIVED, "transfer", Status.TRANSFERRED),
    (Status.TRANSFERRED, "return_transfer", Status.IN_PROGRESS),
    (Status.WAITING_CITIZEN, "withdraw", Status.WITHDRAWN),
    (Status.WAITING_CITIZEN, "lapse", Status.LAPSED),
]

FORBIDDEN = [
    (Status.RECEIVED, "decide"),
    (Status.RECEIVED, "close"),
    (Status.IN_PROGRESS, "close"),
    (Status.WAITING_CITIZEN, "decide"),
    (Status.WAITING_CITIZEN, "third_answers"),
    (Status.DECIDED, "decide"),
    (Status.DECIDED, "withdraw"),
    (Status.CLOSED, "close"),
    (Status.CLOSED, "start"),
    (Status.TRANSFERRED, "reopen"),
]


@pytest.mark.parametrize(("status", "name", "target"), STORY)
def test_a_move_leads_on(status: Status, name: str, target: Status) -> None:
    assert move(status, name) is target
    assert move(status.value, name) is target
    assert Move(name) in moves_from(status)


@pytest.mark.parametrize(("status", "name"), FORBIDDEN)
def test_a_move_that_is_not_in_the_table_is_refused(status: Status, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        move(status, name)
    assert refusal.value.code == "move_not_allowed"
    assert Move(name) not in moves_from(status)


def test_the_refusal_says_what_can_be_done() -> None:
    with translation.override("en"), pytest.raises(Refused) as refusal:
        move(Status.DECIDED, "decide")
    assert refusal.value.words == (
        "This case is in the status “Decided”, so you cannot decide it. From here you can: take the decision back to amend it; close it."
    )


def test_a_name_nobody_knows_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="vanish"):
        move(Status.RECEIVED, "vanish")


def test_every_status_can_be_reached_and_left() -> None:
    assert {target for ways in MOVES.values() for target in ways.values()} == set(Status) - {Status.RECEIVED}
    assert all(moves_from(status) for status in Status)


def test_every_open_case_can_come_to_an_end() -> None:
    reached = set(FINAL)
    for _step in Status:
        reached |= {status for status in Status if any(MOVES[name][status] in reached for name in moves_from(status))}
    assert reached == set(Status)


def test_only_a_way_back_leads_out_of_an_end() -> None:
    assert {name for status in FINAL for name in moves_from(status)} == {Move.REOPEN, Move.RETURN_TRANSFER}


def test_open_paused_and_ended_do_not_contradict_each_other() -> None:
    assert set(Status) == OPEN | FINAL
    assert not OPEN & FINAL
    assert PAUSED < OPEN
    assert not PAUSED & CLOCK_ENDED
