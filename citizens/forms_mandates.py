"""What the desk asks of mandates and consents; rules are the services' business."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from citizens import mandates
from citizens.forms import DateField
from citizens.models import Mandate

SCOPES = (
    ("everything", _("Everything, as the person themself")),
    ("cases", _("All requests: open them, follow them, answer what is asked")),
    ("procedures", _("Only these procedures:")),
)
CHANNELS = (("counter", _("At the counter")), ("phone", _("By phone")), ("portal", _("In the portal")), ("api", _("Through other systems")))


class GrantForm(forms.Form):
    """Somebody may act for the person of the page."""

    other = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": _("Choose a person of the list.")})
    ground = forms.ChoiceField(label=_("Where it comes from"), choices=Mandate.Ground.choices, widget=forms.RadioSelect)
    scope = forms.ChoiceField(label=_("What for"), choices=SCOPES, widget=forms.RadioSelect)
    procedures = forms.MultipleChoiceField(label=_("Procedures"), required=False, widget=forms.SelectMultiple(attrs={"size": 5}))
    channels = forms.MultipleChoiceField(
        label=_("Only in these channels"), required=False, choices=CHANNELS, widget=forms.CheckboxSelectMultiple,
        help_text=_("None marked: in all of them."),
    )  # fmt: skip
    until = DateField(label=_("Until"), required=False, help_text=_("The last day it counts. By law, at most until they come of age."))
    evidence = forms.CharField(
        label=_("What proves it"), max_length=240, help_text=_("The deed, sentence, certificate or signed paper, with its number and date.")
    )
    document = forms.FileField(label=_("Copy of it"), required=False, help_text=_("PDF, photo or document."))

    def __init__(self, *args: Any, procedures: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["procedures"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(procedures.items())

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("scope") == "procedures" and not found.get("procedures"):
            self.add_error("procedures", _("Choose at least one."))
        return found

    def deed(self) -> dict[str, Any]:
        """As the service takes it, but for the two people."""
        said = self.cleaned_data
        acts = {"everything": [mandates.EVERYTHING], "cases": list(mandates.ALL_CASES)}.get(said["scope"])
        ends = make_aware(datetime.combine(said["until"] + timedelta(days=1), time.min)) if said["until"] else None
        return {
            "acts": acts or mandates.for_procedures(said["procedures"]), "ground": said["ground"], "evidence": said["evidence"],
            "channels": said["channels"], "valid_until": ends, "document": said["document"],
        }  # fmt: skip

    @property
    def agent(self) -> UUID:
        found: UUID = self.cleaned_data["other"]
        return found


class RevokeForm(forms.Form):
    ender = forms.ChoiceField(label=_("Who revokes it"), widget=forms.RadioSelect)
    why = forms.CharField(
        label=_("Why, and by what"), max_length=240, required=False, help_text=_("Both may read it. The office and a court always say it.")
    )

    def __init__(self, *args: Any, ground: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["ender"]
        assert isinstance(field, forms.ChoiceField)
        personal = ground == Mandate.Ground.PERSON
        field.choices = [choice for choice in Mandate.Ender.choices if personal or choice[0] in ("office", "court")]


class SignForm(forms.Form):
    """The person agrees, or withdraws, before an officer."""

    channel = forms.ChoiceField(label=_("How they said it"), choices=CHANNELS[:2])
    evidence = forms.CharField(label=_("What proves it"), max_length=240, help_text=_("The signed paper, or the recorded call."))


class WordsForm(forms.Form):
    """One thing people are asked to agree to."""

    title = forms.CharField(label=_("Title"), max_length=120)
    text = forms.CharField(
        label=_("What is agreed to"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("In sentences as one says them: “I agree that …”."),
    )  # fmt: skip
    consequence = forms.CharField(
        label=_("What follows if they say no"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
