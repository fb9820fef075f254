"""Which days to look at, and what a file of people is for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citizens.categories import Category
from czrm.institutions.models import Purpose
from reporting.periods import LABELS, Choice, Days, Period, just_before, period, usual

MOST_DAYS = 10 * 366


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PeopleForm(forms.Form):
    """No more than the purpose needs: without a choice a file has names, masked documents and birth dates."""

    purpose = forms.ModelChoiceField(
        Purpose.objects.order_by("name"), label=_("What for"), empty_label=_("Choose one"), help_text=_("Each person can see it.")
    )
    reason = forms.CharField(
        label=_("Reason"), min_length=10, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("In a few words. Your supervisor and the data-protection officer are told at once."),
    )  # fmt: skip
    categories = forms.MultipleChoiceField(
        label=_("Data besides the name"), choices=Category.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what the purpose needs, and only what your institution itself states."),
    )  # fmt: skip
    whole = forms.BooleanField(label=_("Whole document numbers"), required=False)


class PeriodForm(forms.Form):
    """Two days of one's own; the usual periods are links."""

    first = forms.DateField(label=_("From"), widget=DayInput)
    last = forms.DateField(label=_("To"), widget=DayInput)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and self.days() is None:
            self.add_error("last", _("Choose a last day that is not before the first, and ten years at most."))
        return found

    def days(self) -> Days | None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        try:
            days = Days(first, last) if first and last and last - first < timedelta(days=MOST_DAYS) else None
            return days if days and just_before(days) else None
        except ValueError:
            return None


def chosen(query: Any, today: date, newest: date | None) -> tuple[Period, PeriodForm]:
    """The period an address asks for; where it asks for none, or for one that cannot be, the usual one."""
    wanted = query.get("period", "")
    if wanted == Choice.OWN:
        form = PeriodForm(query)
        if form.is_valid() and (days := form.days()):
            return period(Choice.OWN, today, days), form
        return usual(today, newest), form
    found = period(Choice(wanted), today) if wanted in LABELS else usual(today, newest)
    return found, PeriodForm(initial={"first": found.now.first, "last": found.now.last})
