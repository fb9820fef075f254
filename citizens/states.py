"""What the state of a record forbids: one table, asked by every deed and told by the page."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from czrm.kit.refused import Refused

REACH, NOTICE, STATE, RELATE, CASE, EDIT = "reach", "notice", "state", "relate", "case", "edit"
GONE = frozenset({REACH, NOTICE})
FORBIDS: dict[str, frozenset[str]] = {
    "deceased": GONE,
    "dissolved": GONE,
    "blocked": frozenset({REACH, NOTICE, STATE, RELATE, CASE, EDIT}),
}
TOLD: dict[str, tuple[str | Promise, str | Promise]] = {
    "deceased": (
        _("This person has died."),
        _("They get no notices, and no new way to reach them is added. What they had open goes on with who acts for the estate."),
    ),
    "dissolved": (
        _("This organisation was dissolved."),
        _("It gets no notices, and no new way to reach it is added. What it had open goes on with its liquidator."),
    ),
    "protected": (
        _("The data of this person are protected."),
        _(
            "Only named officers open this page. Where the person lives is shown to nobody."
            " Phones and e-mails are hidden until you say why."
        ),
    ),
    "blocked": (
        _("This record is blocked."),
        _("It is kept only to answer for what was done: nothing is added or changed and no case is opened, until its state is corrected."),
    ),
}  # fmt: skip
WORDS: dict[str, str | Promise] = {
    "deceased": _("This person has died: nothing new is added about how to reach them."),
    "dissolved": _("This organisation was dissolved: nothing new is added about how to reach it."),
    "blocked": _("This record is blocked: nothing is added or changed until its state is corrected."),
}


def forbids(state: str, what: str) -> bool:
    return what in FORBIDS.get(state, frozenset())


def insist(state: str, what: str) -> None:
    """Refused where the state of the record forbids it."""
    if forbids(state, what):
        raise Refused(f"citizen_{state}", str(WORDS[state]))
