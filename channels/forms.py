"""Shapes only: what is allowed is the services' to say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from channels import texts
from citizens.contact_points import normalise_phone
from czrm.institutions.models import Purpose
from czrm.kit.refused import Refused

GUIDE = (("yes", pgettext_lazy("guide", "Yes")), ("no", pgettext_lazy("guide", "No")))


class StartForm(forms.Form):
    purpose = forms.ModelChoiceField(
        Purpose.objects.none(), label=_("What for"), empty_label=None,
        help_text=_("Your reason to read their data. They can see it."),
    )  # fmt: skip
    phone = forms.CharField(label=_("Phone they call from"), required=False, max_length=30, help_text=_("The person is looked for by it."))
    channel = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country
        purpose: Any = self.fields["purpose"]
        purpose.queryset = Purpose.objects.order_by("name")
        self.fields["phone"].widget.attrs |= {"type": "tel", "autocomplete": "off"}

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"].strip()
        if not phone:
            return ""
        try:
            return normalise_phone(phone, self.country)
        except Refused as refused:
            raise ValidationError(refused.words) from refused


class WrapUpForm(forms.Form):
    result = forms.ChoiceField(
        label=_("How it ended"), widget=forms.RadioSelect, error_messages={"required": _("Choose how the contact ended.")}
    )
    answered = forms.ChoiceField(label=_("Was the answer in the guide?"), widget=forms.RadioSelect, choices=GUIDE, required=False)
    notes = forms.CharField(label=_("Notes"), required=False, widget=forms.Textarea, max_length=20_000)
    citizen = forms.UUIDField(required=False)
    cases = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, results: list[str], cases: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        result, known = self.fields["result"], self.fields["cases"]
        assert isinstance(result, forms.ChoiceField)
        assert isinstance(known, forms.MultipleChoiceField)
        result.choices = [(name, name) for name in results]
        known.choices = [(uid, uid) for uid in cases]


class NameForm(forms.Form):
    """A line of a list that an institution keeps in its own order; without a name it is taken out."""

    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    code = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)


NameFormSet = forms.formset_factory(NameForm, extra=1, max_num=20, can_order=True)


class TextForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=160)
    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 14}), max_length=6000)
    language = forms.ChoiceField(choices=[(code, code) for code in texts.LANGUAGES], widget=forms.HiddenInput)


class ShortTextForm(forms.Form):
    """A short message has no subject; our own stays beside it for the list of what was sent."""

    body = forms.CharField(
        label=_("Text"), widget=forms.Textarea(attrs={"rows": 6}), max_length=1000,
        help_text=_("Without accents that phones do not have in their short alphabet: á, í, ó and ú travel as a, i, o and u."),
    )  # fmt: skip
    language = forms.ChoiceField(choices=[(code, code) for code in texts.LANGUAGES], widget=forms.HiddenInput)
