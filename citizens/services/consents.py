"""What people agreed to, in which words: a ledger of lines of which the last one counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify
from django.utils.translation import gettext

from citizens import mandates, states
from citizens.models import Citizen, CitizenLink, Consent, ConsentText
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .identity import institution_of, not_ours
from .mandates import insist


@dataclass(frozen=True)
class Standing:
    """One topic as it stands for one person: the words in use, and the last line of the ledger, of these words or of older ones."""

    text: ConsentText
    last: Consent | None

    @property
    def given(self) -> bool:
        return self.last is not None and self.last.given

    @property
    def older(self) -> bool:
        """They agreed to an earlier version: it holds for what it said."""
        return self.last is not None and self.last.given and self.last.text_id != self.text.pk


@dataclass(frozen=True)
class Ledger:
    """All lines of one person, the newest first, and how each topic stands: those in use, and others still agreed to."""

    lines: list[Consent]
    standings: list[Standing]


def ledger(citizen_id: int, *, institution_id: int) -> Ledger:
    """In one query: the texts are few, and each brings what this person said of it."""
    said = Consent.objects.filter(institution=institution_id, citizen=citizen_id, text=OuterRef("pk")).order_by("pk")
    shape = JSONObject(id="pk", given="given", channel="channel", evidence="evidence", by="by", at="at")
    rows = ConsentText.objects.filter(institution=institution_id).annotate(said=ArraySubquery(said.values(data=shape)))
    texts = list(rows.order_by("title", "pk"))
    lines = [line_of(text, one) for text in texts for one in text.said]
    lines.sort(key=lambda line: line.pk, reverse=True)
    return Ledger(lines, standings(lines, [text for text in texts if text.current]))


def line_of(text: ConsentText, said: dict[str, Any]) -> Consent:
    return Consent(**said | {"at": parse_datetime(said["at"])}, text=text)


def standings(lines: list[Consent], texts: list[ConsentText]) -> list[Standing]:
    last: dict[str, Consent] = {}
    for line in reversed(lines):
        last[line.text.topic] = line
    current = {text.topic: text for text in texts}
    outdated = {topic: line.text for topic, line in last.items() if topic not in current and line.given}
    return [Standing(text, last.get(topic)) for topic, text in (current | outdated).items()]


@service("consent.give")
def give_consent(
    citizen: Citizen, text: ConsentText, *, channel: str, evidence: str = "", agent: Citizen | None = None, by: Actor
) -> Consent:
    """To the words in use. Given twice, it is given once; by an agent only if the mandate covers it."""
    citizen, text = Citizen.objects.get(pk=citizen.pk), ConsentText.objects.get(pk=text.pk, institution=institution_of(by))
    insist_on_life(citizen)
    if not text.current:
        raise Refused("consent.old_text", gettext("These words are no longer in use: read the new ones."))
    insist_on_evidence(channel, evidence)
    if agent is not None:
        insist(agent, citizen, mandates.CONSENT, channel=channel, by=by)
    before = last_line(citizen, text, by=by)
    if before is not None and before.given and before.text_id == text.pk:
        return before
    return written(citizen, text, given=True, channel=channel, evidence=evidence, by=by)


@service("consent.withdraw")
def withdraw_consent(
    citizen: Citizen, text: ConsentText, *, channel: str, evidence: str = "", agent: Citizen | None = None, by: Actor
) -> Consent:
    """As easily as it was given, whatever version that was; what was done meanwhile stays lawful."""
    citizen, text = Citizen.objects.get(pk=citizen.pk), ConsentText.objects.get(pk=text.pk, institution=institution_of(by))
    insist_on_evidence(channel, evidence)
    if agent is not None:
        insist(agent, citizen, mandates.CONSENT, channel=channel, by=by)
    before = last_line(citizen, text, by=by)
    if before is None or not before.given:
        raise Refused("consent.not_given", gettext("This consent is not given, so there is nothing to withdraw."))
    return written(citizen, before.text, given=False, channel=channel, evidence=evidence, by=by)


@service("consent.word")
def word_consent(*, title: str, text: str, consequence: str = "", topic: str = "", by: Actor) -> ConsentText:
    """The first words of a topic, or its next version: the old one stays, and who agreed to it agreed to that."""
    institution = institution_of(by)
    if not title.strip() or not text.strip():
        raise Refused("consent.words", gettext("Write a title, and what is agreed to."))
    topic = topic or slugify(title)[:60]
    versions = ConsentText.objects.filter(institution=institution, topic=topic).select_for_update()
    before = max(versions, key=lambda one: one.version, default=None)
    versions.filter(current=True).update(current=False)
    made = ConsentText.objects.create(
        institution_id=institution, topic=topic, version=before.version + 1 if before else 1, title=title.strip(), text=text.strip(),
        consequence=consequence.strip(),
    )  # fmt: skip
    say("consent.worded", made, by=by, topic=topic, version=made.version)
    return made


@service("consent.drop")
def drop_consent(text: ConsentText, *, by: Actor) -> ConsentText:
    """It is asked for no more; who agreed may still withdraw."""
    text = ConsentText.objects.select_for_update().get(pk=text.pk, institution=institution_of(by))
    if text.current:
        text.current = False
        text.save(update_fields=["current"])
        say("consent.dropped", text, by=by, topic=text.topic, version=text.version)
    return text


def written(citizen: Citizen, text: ConsentText, *, given: bool, channel: str, evidence: str, by: Actor) -> Consent:
    link = CitizenLink.objects.filter(citizen=citizen, institution=institution_of(by)).first()
    if link is None:
        raise not_ours()
    line = Consent.objects.create(
        institution_id=link.institution_id, citizen=citizen, text=text, given=given, channel=channel, evidence=evidence.strip()[:240],
        by=by.name,
    )  # fmt: skip
    if given:
        say("consent.given", link, by=by, public=True, topic=text.topic, version=text.version, title=text.title, channel=channel)
    else:
        say("consent.withdrawn", link, by=by, public=True, topic=text.topic, version=text.version, title=text.title, channel=channel)
    return line


def last_line(citizen: Citizen, text: ConsentText, *, by: Actor) -> Consent | None:
    """Of this topic, whatever the version."""
    rows = Consent.objects.filter(institution=institution_of(by), citizen=citizen, text__topic=text.topic).select_related("text")
    return rows.order_by("-pk").first()


def insist_on_life(citizen: Citizen) -> None:
    if citizen.state in mandates.ENDED_STATES:
        raise Refused("consent.gone", gettext("%(name)s has died or was dissolved and can agree to nothing.") % {"name": citizen.name})
    states.insist(citizen.state, states.RELATE)


def insist_on_evidence(channel: str, evidence: str) -> None:
    """In the portal the log-in proves it; elsewhere an officer writes what does."""
    if channel != "portal" and not evidence.strip():
        raise Refused("consent.evidence", gettext("Write what proves it: the signed paper, the recorded call, the message."))
