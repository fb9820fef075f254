"""The shapes of what is stated of people, and of the attributes an institution adds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.utils.formats import get_format
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from citizens import kinship
from citizens.attributes import BUILT_IN, Definition
from citizens.categories import Category
from citizens.forms import PROOFS, DateField, RegisterForm
from citizens.models import Attribute, Fact

YES_NO = (("yes", _("Yes")), ("no", _("No")))
CHECKED = (("", _("Not checked: it is what was said")), *PROOFS)


class NumberField(forms.DecimalField):
    """As people write numbers: 540.000 is half a million where the comma is decimal, and 540.5 still no more than it says."""

    def to_python(self, value: Any) -> Any:
        text = re.sub(r"\s", "", str(value)) if value is not None else ""
        decimal = get_format("DECIMAL_SEPARATOR")
        group = re.escape("." if decimal == "," else ",")
        if re.fullmatch(rf"-?\d{{1,3}}({group}\d{{3}})+({re.escape(decimal)}\d+)?", text):
            text = re.sub(group, "", text)
        return super().to_python(text.replace(decimal, "."))


class StateForm(forms.Form):
    """A value of one attribute, asked for as its kind wants."""

    origin = forms.ChoiceField(label=_("How it is known"), choices=Fact.Origin.choices)
    evidence = forms.CharField(
        label=_("Evidence"), required=False, max_length=240, help_text=_("The document or register, with its number and date.")
    )
    observed_on = DateField(label=_("True on"), required=False, help_text=_("If it is not of today."))
    verified_how = forms.ChoiceField(label=_("Checked"), required=False, choices=CHECKED)

    def __init__(self, *args: Any, definition: Definition, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "fact_%s", **kwargs})
        self.definition = definition
        self.fields["value"] = value_field(definition)
        self.order_fields(["value", *self.fields])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        day = data.get("observed_on")
        if day and day > localdate():
            self.add_error("observed_on", _("The date cannot be in the future."))
        return data


def value_field(definition: Definition) -> forms.Field:
    label, hint = str(definition.label), str(definition.hint)
    if definition.kind == "boolean":
        return forms.ChoiceField(label=label, help_text=hint, choices=YES_NO, widget=forms.RadioSelect)
    if definition.kind == "choice":
        return forms.ChoiceField(label=label, help_text=hint, choices=[("", "—"), *definition.options])
    if definition.kind == "date":
        return DateField(label=label, help_text=hint)
    if definition.kind in ("number", "money"):
        least = 0 if definition.kind == "money" else None
        places = 2 if definition.kind == "money" else 6
        box = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        return NumberField(label=label, help_text=hint, min_value=least, max_digits=18, decimal_places=places, widget=box)
    return forms.CharField(label=label, help_text=hint, max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class OrganisationForm(RegisterForm):
    """An organisation, with what it states of itself."""

    TRAITS = ("legal_form", "sector", "size")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, organisation=True, **kwargs)
        for code in self.TRAITS:
            self.fields[code] = value_field(BUILT_IN[code])
            self.fields[code].required = False

    def traits(self) -> dict[str, str]:
        """To be stated once it is registered."""
        return {code: self.cleaned_data[code] for code in self.TRAITS if self.cleaned_data[code]}


class AttributeChoice(forms.Form):
    """Which attribute: by category, as the record shows them."""

    attribute = forms.ChoiceField(label=_("What you state"), required=False)

    def __init__(self, *args: Any, definitions: Iterable[Definition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["attribute"]
        assert isinstance(field, forms.ChoiceField)
        groups = groupby(definitions, key=lambda each: each.category)
        field.choices = [("", "—"), *((Category(name).label, [(each.code, each.label) for each in group]) for name, group in groups)]


class WhyForm(forms.Form):
    reason = forms.CharField(label=_("Why it is no longer right"), max_length=240, help_text=_("It stays in the history with this reason."))


class EndForm(WhyForm):
    ended = DateField(label=_("Ended on"), required=False)
    field_order = ("ended",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why it no longer holds")


class RelationshipForm(forms.Form):
    """What somebody is to the person whose page it is."""

    role = forms.ChoiceField(label=_("What they are to them"))
    other = forms.UUIDField(label=_("Who"), error_messages={"required": _("Choose a person of the list.")})
    since = DateField(label=_("Since"), required=False)
    evidence = forms.CharField(
        label=_("Evidence"), required=False, max_length=240, help_text=_("The document or register, with its number and date.")
    )

    def __init__(self, *args: Any, citizen_kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "relationship_%s", **kwargs})
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        roles = dict(kinship.roles_for(citizen_kind))
        role.choices = [(words, [(name, roles[name]) for name in names if name in roles]) for _group, words, names in kinship.GROUPS
                        if set(names) & set(roles)]  # fmt: skip


class AttributeForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an institution adds, with the options one on each line."""

    lines = forms.CharField(
        label=_("Options"), required=False, widget=forms.Textarea(attrs={"rows": 5}), help_text=_("One on each line; only for a list.")
    )

    class Meta:
        model = Attribute
        fields = ("label", "hint", "category", "kind", "searchable")
        help_texts = {
            "label": _("As officers will read it: “Irrigation member number”."),
            "hint": _("What helps to fill it in."),
            "category": _("An agreement opens data to other institutions by category."),
            "searchable": _("Only for a number or a name by which people are known."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["label", "hint", "category", "kind", "lines", "searchable"])
        category = self.fields["category"]
        assert isinstance(category, forms.ChoiceField)
        category.choices = [("", "—"), *Category.choices]
        if self.instance.pk:
            self.initial["lines"] = "\n".join(self.instance.options)

    def facts(self) -> dict[str, Any]:
        lines = [line.strip()[:120] for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        options = list(dict.fromkeys(lines)) if self.cleaned_data["kind"] == Attribute.Kind.CHOICE else []
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()} | {"options": options}
