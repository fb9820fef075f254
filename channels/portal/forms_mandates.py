"""What is asked of who lets another act for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Procedure
from citizens import identifiers
from czrm.kit.refused import Refused

from .forms import PortalForm, text

TIMES = (("30", _("One month")), ("180", _("Six months")), ("365", _("One year")))


class MandateForm(PortalForm):
    procedure = forms.ChoiceField(
        label=_("For which procedure?"), help_text=_("They will be able to ask for it, follow it and answer for you: nothing else.")
    )
    kind = forms.ChoiceField(label=_("Which identity document do they have?"))
    number = forms.CharField(label=_("Number of their document"), max_length=40, widget=text(autocomplete="off"))
    surname = forms.CharField(label=_("Their first surname"), max_length=80, widget=text(autocomplete="off"))
    days = forms.ChoiceField(label=_("For how long?"), choices=TIMES, widget=forms.RadioSelect, initial="180")

    def __init__(self, *args: Any, country: str, procedures: Iterable[Procedure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("Fill in this field.")
        kind, procedure = self.fields["kind"], self.fields["procedure"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(procedure, forms.ChoiceField)
        kind.choices = [(each.code, each.label) for each in identifiers.kinds_for(country)]
        procedure.choices = [("", _("Choose one")), *((one.slug, one.name) for one in procedures)]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("kind") and found.get("number"):
            try:
                identifiers.normalise(found["kind"], found["number"])
            except Refused as no:
                self.add_error("number", no.words)
        return found
