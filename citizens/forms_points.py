"""What officers type about the ways to reach somebody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext_lazy as _

from citizens import reach
from citizens.forms import DateField
from citizens.models import ContactPoint

PURPOSES = (("", _("Anything")), *reach.PURPOSES.items())
PROOFS = {
    reach.CODE: _("By a code: it goes there now, and they read it to you"),
    reach.DOCUMENT: _("I have seen a document that shows it, such as a bill in their name"),
}
IDS = "point_%s"  # a dialog stands on a page that has forms of its own


class PointForm(forms.Form):
    """What it is for and how long it serves."""

    purpose = forms.ChoiceField(label=_("Used for"), required=False, choices=PURPOSES)
    shared = forms.BooleanField(
        label=_("Shared by the household"), required=False, help_text=_("Others read it too: nobody signs in with a code sent there.")
    )
    preferred = forms.BooleanField(label=_("Write there first"), required=False)
    until = DateField(label=_("Last day it serves"), required=False, help_text=_("Only if they know it: a summer house, a borrowed phone."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": IDS, **kwargs})

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {name: value for name, value in said.items() if name != "until"} | {"until": end_of(said["until"])}


class NewPointForm(PointForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=ContactPoint.Kind.choices)
    value = forms.CharField(
        label=_("Number, e-mail or address"), max_length=240, widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True})
    )  # fmt: skip
    field_order = ("kind", "value", "purpose", "shared", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["preferred"]

    def clean(self) -> dict[str, Any]:
        """What has an @ is an e-mail, whatever the list says."""
        data: dict[str, Any] = super().clean() or {}
        return data | ({"kind": ContactPoint.Kind.EMAIL.value} if "@" in data.get("value", "") else {})


class EndPointForm(forms.Form):
    why = forms.ChoiceField(
        label=_("Why it is no longer used"), choices=reach.ENDED.items(), widget=forms.RadioSelect(attrs={"autofocus": True})
    )  # fmt: skip


class ProofForm(forms.Form):
    how = forms.ChoiceField(label=_("How you know that it is theirs"), widget=forms.RadioSelect(attrs={"autofocus": True}))

    def __init__(self, *args: Any, ways: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": IDS, **kwargs})
        how = self.fields["how"]
        assert isinstance(how, forms.ChoiceField)
        how.choices = [(way, PROOFS[way]) for way in ways]
        how.initial = how.choices[0][0]


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code they read to you"), max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
    )  # fmt: skip


def initial_of(point: ContactPoint) -> dict[str, Any]:
    return {"purpose": point.purpose, "shared": point.shared, "preferred": point.preferred, "until": last_day(point)}


def last_day(point: ContactPoint) -> date | None:
    return localtime(point.valid_until - timedelta(seconds=1)).date() if point.valid_until else None


def end_of(day: date | None) -> datetime | None:
    return datetime.combine(day + timedelta(days=1), time(), get_current_timezone()) if day else None
