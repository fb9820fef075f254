"""How one knows that two records are, or are not, one person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from citizens.services.matches import GROUNDS

WORDS: dict[tuple[str, str], str | Promise] = {
    ("same", "shown"): _("They say so, and I have seen the document"),
    ("same", "agree"): _("The data agree and nothing speaks against it"),
    ("same", "register"): _("I checked it in the register that issues the document"),
    ("different", "shown"): _("They say so, and I have seen the documents of both"),
    ("different", "related"): _("They are relatives, or only share the name"),
    ("different", "mistyped"): _("A document was written down wrong: it belongs to one of them"),
    ("different", "register"): _("I checked it in the register that issues the document"),
}


class VerdictForm(forms.Form):
    """`same` or `different`, with what it rests on."""

    ground = forms.ChoiceField(label=_("How do you know?"), widget=forms.RadioSelect(attrs={"autofocus": True}))
    note = forms.CharField(label=_("What else should be known"), required=False, max_length=240)

    def __init__(self, *args: Any, verdict: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{verdict}_%s", **kwargs})
        ground = self.fields["ground"]
        assert isinstance(ground, forms.ChoiceField)
        ground.choices = [(code, WORDS[verdict, code]) for code in GROUNDS[verdict]]


def ground_told(verdict: str, ground: str) -> str:
    return str(WORDS.get((verdict, ground), ""))
