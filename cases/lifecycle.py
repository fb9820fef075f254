"""The legal status of a case and its named moves. A move that is not in the table is Refused, in words that say what can be done."""

from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from czrm.kit.refused import Refused


class Status(TextChoices):
    """Where a case stands in law; stages of a procedure are another thing."""

    RECEIVED = "received", pgettext_lazy("case", "Received")
    IN_PROGRESS = "in_progress", pgettext_lazy("case", "In progress")
    WAITING_CITIZEN = "waiting_citizen", pgettext_lazy("case", "Waiting for the citizen")
    WAITING_THIRD = "waiting_third", pgettext_lazy("case", "Waiting for another body")
    DECIDED = "decided", pgettext_lazy("case", "Decided")
    CLOSED = "closed", pgettext_lazy("case", "Closed")
    TRANSFERRED = "transferred", pgettext_lazy("case", "Transferred")
    WITHDRAWN = "withdrawn", pgettext_lazy("case", "Withdrawn")
    LAPSED = "lapsed", pgettext_lazy("case", "Lapsed")
    REOPENED = "reopened", pgettext_lazy("case", "Reopened")


class Move(TextChoices):
    """What one may do to a case; the label completes "you can …"."""

    START = "start", gettext_lazy("start work on it")
    ASK_CITIZEN = "ask_citizen", gettext_lazy("ask the citizen for what is missing")
    CITIZEN_ANSWERS = "citizen_answers", gettext_lazy("record the citizen's answer")
    ASK_THIRD = "ask_third", gettext_lazy("ask another body for a report")
    THIRD_ANSWERS = "third_answers", gettext_lazy("record the other body's answer")
    GO_ON = "go_on", gettext_lazy("go on without the answer")
    DECIDE = "decide", gettext_lazy("decide it")
    AMEND = "amend", gettext_lazy("take the decision back to amend it")
    ANSWER = "answer", gettext_lazy("answer it without a formal decision")
    CLOSE = "close", gettext_lazy("close it")
    TRANSFER = "transfer", gettext_lazy("transfer it to the competent body")
    RETURN_TRANSFER = "return_transfer", gettext_lazy("take it back from the other body")
    WITHDRAW = "withdraw", gettext_lazy("record that the citizen withdraws it")
    LAPSE = "lapse", gettext_lazy("declare that it has lapsed")
    REOPEN = "reopen", gettext_lazy("reopen it")


_WAITING: Final = (Status.WAITING_CITIZEN, Status.WAITING_THIRD)
_AT_WORK: Final = (Status.RECEIVED, Status.REOPENED, Status.IN_PROGRESS)

_TABLE: Final[tuple[tuple[Move, tuple[Status, ...], Status], ...]] = (
    (Move.START, (Status.RECEIVED, Status.REOPENED), Status.IN_PROGRESS),
    (Move.ASK_CITIZEN, _AT_WORK, Status.WAITING_CITIZEN),
    (Move.CITIZEN_ANSWERS, (Status.WAITING_CITIZEN,), Status.IN_PROGRESS),
    (Move.ASK_THIRD, _AT_WORK, Status.WAITING_THIRD),
    (Move.THIRD_ANSWERS, (Status.WAITING_THIRD,), Status.IN_PROGRESS),
    (Move.GO_ON, _WAITING, Status.IN_PROGRESS),
    (Move.DECIDE, (Status.IN_PROGRESS,), Status.DECIDED),
    (Move.AMEND, (Status.DECIDED,), Status.IN_PROGRESS),
    (Move.ANSWER, _AT_WORK, Status.CLOSED),
    (Move.CLOSE, (Status.DECIDED,), Status.CLOSED),
    (Move.TRANSFER, (*_AT_WORK, *_WAITING), Status.TRANSFERRED),
    (Move.RETURN_TRANSFER, (Status.TRANSFERRED,), Status.IN_PROGRESS),
    (Move.WITHDRAW, (*_AT_WORK, *_WAITING), Status.WITHDRAWN),
    (Move.LAPSE, (Status.IN_PROGRESS, *_WAITING), Status.LAPSED),
    (Move.REOPEN, (Status.CLOSED, Status.WITHDRAWN, Status.LAPSED), Status.REOPENED),
)

MOVES: Final = MappingProxyType({move: MappingProxyType(dict.fromkeys(sources, target)) for move, sources, target in _TABLE})

FINAL: Final = frozenset({Status.CLOSED, Status.TRANSFERRED, Status.WITHDRAWN, Status.LAPSED})
"""Nothing is left to do; a move out of here (reopen, return_transfer) begins it again."""

OPEN: Final = frozenset(Status) - FINAL
"""Somebody still has something to do; a decided case has yet to be notified and closed."""

PAUSED: Final = frozenset(_WAITING)
"""The clock may stand still here; whether it does is the Pause's own cause and article."""

CLOCK_ENDED: Final = FINAL | {Status.DECIDED}
"""No term runs any more. Where only the notification counts (Ley 39/2015 art. 40.4, Spain), the term of a decided case ends with it."""


def move(status: Status | str, name: Move | str) -> Status:
    """The status after a move; Refused (`move_not_allowed`) if it does not lead on from here, ValueError if there is no such name."""
    here, wanted = Status(status), Move(name)
    target = MOVES[wanted].get(here)
    if target is not None:
        return target
    words = _("This case is in the status “%(status)s”, so you cannot %(wanted)s. From here you can: %(moves)s.") % {
        "status": here.label,
        "wanted": wanted.label,
        "moves": "; ".join(str(possible.label) for possible in moves_from(here)),
    }
    raise Refused("move_not_allowed", words)


def moves_from(status: Status | str) -> tuple[Move, ...]:
    """The moves that lead on from a status, in the order of the table."""
    here = Status(status)
    return tuple(name for name, ways in MOVES.items() if here in ways)
