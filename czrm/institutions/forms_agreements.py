"""Shapes of agreements and of the register's filter; what is allowed is the services' to say."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate, localtime, make_aware
from django.utils.translation import gettext_lazy as _

from . import sharing
from .models import Agreement, Institution, Purpose
from .openings import procedures_of
from .services.agreements import Terms

DAY = timedelta(days=1)
ROLES = [
    ("consumer", _("We read their data")),
    ("provider", _("They read our data")),
]  # fmt: skip


class Calendar(forms.DateInput):
    """The browser's own choice of a day; it takes no other form than this."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PartiesForm(forms.Form):
    """With whom, and who reads: asked first, because the procedures are those of the side that gives."""

    role = forms.ChoiceField(label=_("Who reads"), choices=ROLES, widget=forms.RadioSelect)
    other = forms.ModelChoiceField(
        Institution.objects.none(), label=_("The other institution"), to_field_name="slug", empty_label=_("Choose one")
    )

    def __init__(self, *args: Any, of: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other: Any = self.fields["other"]
        bodies = Institution.objects.filter(kind=Institution.Kind.BODY, active=True).exclude(pk=of)
        other.queryset = bodies.defer("logo", "theme").order_by("name")


class AgreementForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("As both sides would call it: “Income for social benefits”."))
    purpose = forms.ModelChoiceField(
        Purpose.objects.order_by("name"), label=_("Purpose"), empty_label=_("Choose one"),
        help_text=_("Nothing opens unless the officer attends for this purpose, or the system is registered for it."),
    )  # fmt: skip
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=300, help_text=_("The law, with its article, or the decision it rests on.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("Data it opens"), widget=forms.CheckboxSelectMultiple, help_text=_("Only what the purpose needs.")
    )
    procedures = forms.MultipleChoiceField(
        label=_("Only for cases of these procedures"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("If none is chosen, cases of all procedures are opened."),
    )  # fmt: skip
    responsible = forms.CharField(
        label=_("Officer responsible at the institution that reads"),
        max_length=160,
        required=False,
        help_text=_("Name and post: the register of transfers names them."),
    )
    valid_from = forms.DateField(label=_("First day"), widget=Calendar)
    valid_to = forms.DateField(label=_("Last day"), widget=Calendar)
    document = forms.CharField(
        label=_("Signed document"), max_length=200, required=False, help_text=_("Its number and date, or where it is kept.")
    )

    def __init__(self, *args: Any, provider: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = sharing.choices()  # type: ignore[attr-defined]
        offered = sharing.offered(provider.pk)
        self.fields["procedures"].choices = offered  # type: ignore[attr-defined]
        if not offered:
            del self.fields["procedures"]

    @property
    def terms(self) -> Terms:
        """Whole days of the institution's own clock, the last one included."""
        said = self.cleaned_data
        days = {"valid_from": midnight(said["valid_from"]), "valid_to": midnight(said["valid_to"] + DAY)}
        return Terms(**{"procedures": [], **said, **days})


def initial(agreement: Agreement) -> dict[str, Any]:
    fields = ("title", "purpose", "legal_basis", "scopes", "responsible", "document")
    return {name: getattr(agreement, name) for name in fields} | {
        "procedures": sorted(procedures_of(agreement.procedures) or ()),
        "valid_from": localtime(agreement.valid_from).date(),
        "valid_to": sharing.last_day(agreement.valid_to),
    }


def blank() -> dict[str, Any]:
    """A year, from today."""
    today = localdate()
    return {"valid_from": today, "valid_to": today + timedelta(days=364)}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The other side reads it."))


class RegisterForm(forms.Form):
    since = forms.DateField(label=_("From"), required=False, widget=Calendar)
    until = forms.DateField(label=_("To"), required=False, widget=Calendar)

    @property
    def between(self) -> tuple[datetime | None, datetime | None]:
        first, last = (self.cleaned_data.get(name) for name in ("since", "until"))
        return midnight(first) if first else None, midnight(last + DAY) if last else None


def midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))
