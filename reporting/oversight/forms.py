"""Shapes only: what is allowed is the services' to say."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone, localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Case
from cases.numbers import normalise_case_number
from citizens.models import Citizen
from czrm.institutions.models import Membership, Purpose, User
from czrm.kit.refused import Refused
from czrm.trail.models import Finding
from czrm.trail.models.delay import LONGEST

from .gathering import settings_of
from .rules import Setting
from .shapes import SHAPES

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
DECISIONS = [choice for choice in Finding.Decision.choices if choice[0] != Finding.Decision.OPEN]


class PeriodForm(forms.Form):
    since = forms.DateField(label=_("From"), widget=DAY)
    until = forms.DateField(label=_("To"), widget=DAY)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"since": localdate() - timedelta(days=7), "until": localdate()})


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(label=_("What do you decide?"), choices=DECISIONS, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Why"), widget=forms.Textarea({"rows": 3}), max_length=2000, help_text=_("It is kept with your name."))


class RuleForm(forms.Form):
    """One rule: whether it works, and its thresholds, if it has any."""

    active = forms.BooleanField(label=_("On"), required=False)
    limit = forms.IntegerField(min_value=1, max_value=100_000)
    second = forms.IntegerField(min_value=0, max_value=100_000)

    def __init__(self, code: str, setting: Setting | None, data: Any = None) -> None:
        shape = SHAPES[code]
        now = setting or Setting(shape.limit, shape.second)
        super().__init__(data, prefix=code, initial={"active": setting is not None, "limit": now.limit, "second": now.second})
        self.code, self.shape = code, shape
        for name, words in (("limit", shape.limit_words), ("second", shape.second_words)):
            if words is None:
                del self.fields[name]
            else:
                self.fields[name].label = str(words)

    @property
    def chosen(self) -> tuple[bool, int, int]:
        given = self.cleaned_data
        return given["active"], given.get("limit", self.shape.limit), given.get("second", self.shape.second)


def rule_forms(institution_id: int, data: Any = None) -> list[RuleForm]:
    settings = settings_of(institution_id)
    return [RuleForm(code, settings.get(code), data) for code in SHAPES]


class WatchForm(forms.Form):
    citizen = forms.UUIDField(label=_("Code of the person"), help_text=_("It stands in the address of their page."))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def clean_citizen(self) -> Citizen:
        found = Citizen.objects.filter(uid=self.cleaned_data["citizen"]).first()
        if found is None:
            raise forms.ValidationError(_("There is nobody with this code whom your institution may see."))
        return found


class DelayForm(forms.Form):
    purpose = forms.ModelChoiceField(Purpose.objects.order_by("name"), label=_("Purpose"), required=False, empty_label=_("Any purpose"))
    officer = forms.ModelChoiceField(
        User.objects.none(),
        label=pgettext_lazy("access", "Officer"),
        required=False,
        to_field_name="uid",
        empty_label=_("Any officer"),
    )
    case = forms.CharField(label=_("Case number"), required=False, max_length=60)
    days = forms.IntegerField(label=_("Days until the citizen sees each look"), min_value=1, max_value=LONGEST)
    until = forms.DateField(label=_("Last day on which it applies"), widget=DAY)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 2}))
    legal_basis = forms.CharField(label=_("Law that allows it"), max_length=300)

    def __init__(self, *args: Any, institution_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        officer: Any = self.fields["officer"]
        people = Membership.objects.filter(institution=institution_id).values("user")
        officer.queryset = User.objects.filter(pk__in=people).order_by("first_name", "last_name")

    def clean_case(self) -> Case | None:
        if not self.cleaned_data["case"].strip():
            return None
        try:
            found = Case.objects.filter(number=normalise_case_number(self.cleaned_data["case"])).first()
        except Refused as no:
            raise forms.ValidationError(no.words) from None
        if found is None:
            raise forms.ValidationError(_("There is no case with this number."))
        return found

    def clean_until(self) -> datetime:
        return datetime.combine(self.cleaned_data["until"], time.max, get_current_timezone())
