"""What comes next in a case, and what one may do to it now: from its status, its rows and the verbs one holds."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import FINAL, Move, Status, moves_from
from cases.models import Case, Decision, Document, DocumentRequest
from czrm.kit.actor import Actor


@dataclass(frozen=True)
class Step:
    text: str
    done: bool
    url: str = ""


@dataclass(frozen=True)
class Act:
    """Something one may do now; `key` is its shortcut."""

    name: str
    url: str
    icon: str
    label: str
    key: str = ""

    @property
    def shown(self) -> str:
        """The key as it stands on the button."""
        return self.key.upper() if len(self.key) == 1 else self.key


ACTS: tuple[tuple[str, str, tuple[Move, ...], str, Promise, str], ...] = (
    # address name, verb, the moves of which one must be possible (none: always), icon, label, key
    ("start", "case.start", (Move.START,), "player-play", _("Start work"), "s"),
    ("decide", "case.decide", (Move.DECIDE, Move.START), "gavel", _("Decide"), "d"),
    ("close", "case.close", (Move.CLOSE, Move.ANSWER), "circle-check", _("Close"), "Shift+C"),
    ("reopen", "case.reopen", (Move.REOPEN,), "folder-open", _("Open again"), ""),
    ("assign", "case.assign", (), "user-check", _("Assign"), "a"),
    ("resume", "case.resume", (Move.GO_ON,), "player-play", _("Go on without the answer"), ""),
    ("pause", "case.pause", (Move.ASK_THIRD,), "clock-pause", _("Wait for another body"), ""),
    ("extend", "case.extend", (Move.START, Move.DECIDE, Move.GO_ON), "calendar-event", _("Extend the term"), ""),
    ("attach", "case.file", (), "paperclip", _("Add documents"), "f"),
    ("edit", "case.edit", (), "pencil", _("Correct the data"), "e"),
    ("refile", "case.refile", (), "arrows-exchange", _("Filed under the wrong person"), ""),
    ("renew", "case.receipt", (), "qrcode", _("New receipt and key"), ""),
)  # fmt: skip


def acts(case: Case, actor: Actor, decision: Decision | None, asked: DocumentRequest | None) -> list[Act]:
    """In the order in which they are likely; what the status forbids is not shown."""
    possible = set(moves_from(case.status))
    found = []
    for name, verb, moves, icon, label, key in ACTS:
        if not actor.may(verb) or (moves and not possible & set(moves)):
            continue
        if name in ("assign", "renew", "attach") and case.status in FINAL:
            continue
        if name == "close" and case.status == Status.DECIDED and not (decision and decision.notified_at):
            continue
        found.append(Act(name, reverse(f"cases:{name}", args=[case.number]), icon, str(label), key))
    if decision and not decision.notified_at and case.status == Status.DECIDED and actor.may("case.notify"):
        url = reverse("cases:notify", args=[case.number])
        found.insert(0, Act("notify", url, "signature", gettext("Record the handing over"), "d"))
    if asked and actor.may("case.receive"):
        found.insert(0, Act("receive", reverse("cases:receive", args=[asked.uid]), "mail-opened", gettext("Record the answer"), "r"))
    return found


def steps(case: Case, decision: Decision | None, documents: list[Document], possible: list[Act]) -> list[Step]:
    """The way from reception to the end; the first that is not done is what to do now."""
    urls = {act.name: act.url for act in possible}
    ended = case.status in FINAL
    begun = case.status not in (Status.RECEIVED, Status.REOPENED)
    rows = [
        Step(gettext("Received and entered in the register"), done=True),
        step(bool(case.assignee_id) or ended, gettext("Somebody is responsible"), gettext("Assign it to somebody"), urls.get("assign", "")),
        step(begun, gettext("Work began"), gettext("Start work"), urls.get("start", "")),
    ]
    required = {row["code"]: row["name"] for row in case.version.documents if row.get("required")}
    if required:
        missing = [name for code, name in required.items() if code not in {document.code for document in documents}]
        words = gettext("Documents complete") if not missing else gettext("Documents missing: %(names)s") % {"names": ", ".join(missing)}
        rows.append(Step(words, not missing or ended, urls.get("attach", "")))
    if case.status == Status.WAITING_CITIZEN:
        rows.append(Step(gettext("The person answers"), done=False, url=urls.get("receive", "")))
    if case.status == Status.WAITING_THIRD:
        rows.append(Step(gettext("The other body answers"), done=False))
    return rows + ending(case, decision, urls)


def ending(case: Case, decision: Decision | None, urls: dict[str, str]) -> list[Step]:
    closed = case.status in FINAL
    if closed and decision is None:
        return [Step(gettext("Answered and closed"), done=True)]
    notified = bool(decision and decision.notified_at)
    return [
        step(decision is not None, gettext("Decided"), gettext("Decide"), urls.get("decide", "")),
        step(notified, gettext("Notified"), gettext("Hand over the decision"), urls.get("notify", "")),
        step(closed, gettext("Closed"), gettext("Close"), urls.get("close", "") if decision else ""),
    ]


def step(done: bool, past: str, ahead: str, url: str) -> Step:
    return Step(past if done else ahead, done, url)
