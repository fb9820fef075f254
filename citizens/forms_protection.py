"""Forms about protected people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citizens.forms import IdentifyForm
from czrm.institutions.models import User


def why(**options: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"), min_length=10, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("In a few words. The person may read it."), **options,
    )  # fmt: skip


class ProtectForm(forms.Form):
    """Whoever protects is named too."""

    officers = forms.ModelMultipleChoiceField(
        label=_("Who else attends this person"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = why()

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officers"].queryset = people  # type: ignore[attr-defined]


class OfficerForm(forms.Form):
    """One more officer for one protected person."""

    officer = forms.ModelChoiceField(label=_("Who else attends this person"), queryset=User.objects.none(), empty_label=_("Choose one"))
    reason = why()

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "officer_%s")
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = people  # type: ignore[attr-defined]


class EndForm(forms.Form):
    reason = why()


class GlassForm(IdentifyForm):
    """What confirms the person, kept from the page before, and why it cannot wait."""

    reason = why()
