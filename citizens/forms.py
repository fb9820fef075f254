"""The shapes of what officers type about people; the rules stand in the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from citizens import contact_points, identifiers, names
from citizens.models import Citizen, ContactPoint
from citizens.services import PersonData
from czrm.kit.refused import Refused

BASES = (
    ("present", _("The person is here or on the phone")),
    ("written", _("The person wrote to us")),
    ("duty", _("A legal duty of the institution")),
)
REASONS = (
    ("check", _("To check it with the person")),
    ("form", _("To fill in a form or a document")),
    ("register", _("To look it up in another register")),
)
PROOFS = (
    ("original", _("I have seen the original document")),
    ("register", _("I checked it in the register that issues it")),
)
LANGUAGES = (
    ("", _("Not stated")),
    ("es", "Español"),
    ("en", "English"),
    ("ht", "Kreyòl ayisyen"),
    ("arn", "Mapuzugun"),
    ("qu", "Runasimi"),
    ("ay", "Aymar aru"),
)


class DateField(forms.DateField):
    """Day first, as it is said; typed faster than a browser's calendar lets one."""

    widget = forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": _("dd/mm/yyyy")})
    input_formats = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d/%m/%y", "%d-%m-%y", "%d%m%Y", "%Y-%m-%d")
    default_error_messages = {"invalid": _("Write the date as day, month and year: 12/03/1972.")}

    def to_python(self, value: Any) -> Any:
        """A year of two figures is of the past."""
        day = super().to_python(value)
        return day.replace(year=day.year - 100) if day and day > localdate() and str(day.year) not in str(value) else day


class DocumentForm(forms.Form):
    """A document, checked as its kind wants."""

    id_kind = forms.ChoiceField(label=_("Document"), required=False)
    id_number = forms.CharField(label=_("Number"), required=False, max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, country: str = "", organisation: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country
        kind = self.fields["id_kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(each.code, each.label) for each in identifiers.kinds_for(country, organisation=organisation)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("id_number"):
            self.check("id_number", identifiers.normalise, data.get("id_kind", ""), data["id_number"])
        return data

    def check(self, field: str, rule: Any, *arguments: object) -> None:
        """The words of a rule, at the field that they speak of."""
        try:
            rule(*arguments)
        except Refused as refused:
            self.add_error(field, refused.words)


class IdentifyForm(DocumentForm):
    """A document and what confirms it."""

    birth = DateField(label=_("Birth date"), required=False)
    surname = forms.CharField(label=_("First surname, or name of the organisation"), required=False, max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["id_kind"].required = self.fields["id_number"].required = True


class AttendForm(IdentifyForm):
    basis = forms.ChoiceField(label=_("Why you attend this person"), choices=BASES)


class RegisterForm(DocumentForm):
    """A person, or an organisation; what is not known is left empty."""

    given = forms.CharField(label=_("Given names"), required=False, max_length=120)
    surname = forms.CharField(label=_("First surname"), required=False, max_length=80)
    second_surname = forms.CharField(label=_("Second surname"), required=False, max_length=80)
    name = forms.CharField(label=_("Name of the organisation"), max_length=240)
    birth = DateField(label=_("Birth date"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=30, widget=forms.TextInput(attrs={"type": "tel"}))
    email = forms.CharField(label=_("E-mail"), required=False, max_length=240, widget=forms.TextInput(attrs={"type": "email"}))
    address = forms.CharField(label=_("Address"), required=False, max_length=240, help_text=_("Street and number, municipality"))
    language = forms.ChoiceField(label=_("Preferred language"), required=False, choices=LANGUAGES)
    care = forms.CharField(
        label=_("How to treat them well"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only what helps to attend: hears little, needs an interpreter, prefers to be called."),
    )  # fmt: skip
    basis = forms.ChoiceField(label=_("Why you register this person"), choices=BASES)

    def __init__(self, *args: Any, organisation: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, organisation=organisation, **kwargs)
        self.organisation = organisation
        for field in ("given", "surname", "second_surname") if organisation else ("name",):
            del self.fields[field]
        if organisation:
            self.fields["birth"].label = _("Founded on")
            self.fields["basis"].label = _("Why you register this organisation")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.organisation and not names.fold(f"{data.get('given')} {data.get('surname')} {data.get('second_surname')}"):
            self.add_error("given", _("Write at least one name or surname."))
        if data.get("birth") and data["birth"] > localdate():
            self.add_error("birth", _("The date cannot be in the future."))
        if data.get("phone"):
            self.check("phone", contact_points.normalise_phone, data["phone"], self.country)
        if data.get("email"):
            self.check("email", contact_points.normalise_email, data["email"])
        return data

    def person(self) -> PersonData:
        data = {key: value for key, value in self.cleaned_data.items() if key in PersonData.__slots__}
        kind = Citizen.Kind.ORGANISATION if self.organisation else Citizen.Kind.PERSON
        return PersonData(kind=kind.value, **data)


class CorrectForm(forms.Form):
    """What is shown of somebody, and why it is changed."""

    given = RegisterForm.base_fields["given"]
    surname = RegisterForm.base_fields["surname"]
    second_surname = RegisterForm.base_fields["second_surname"]
    name = RegisterForm.base_fields["name"]
    birth = RegisterForm.base_fields["birth"]
    state = forms.ChoiceField(label=_("State"))
    language = RegisterForm.base_fields["language"]
    care = RegisterForm.base_fields["care"]
    reason = forms.CharField(
        label=_("Why you correct it"), max_length=300, help_text=_("The old value is kept with this reason, and the person may read both.")
    )

    def __init__(self, *args: Any, citizen: Citizen, **kwargs: Any) -> None:
        kwargs["initial"] = {field: getattr(citizen, field) for field in self.base_fields if field != "reason"}
        super().__init__(*args, **kwargs)
        organisation = citizen.kind == Citizen.Kind.ORGANISATION
        for field in ("given", "surname", "second_surname") if organisation else ("name",):
            del self.fields[field]
        if organisation:
            self.fields["birth"].label = _("Founded on")
        state = self.fields["state"]
        assert isinstance(state, forms.ChoiceField)
        other_kind = Citizen.State.DECEASED if organisation else Citizen.State.DISSOLVED
        never = {Citizen.State.ACTIVE, Citizen.State.PROTECTED, other_kind}  # protection begins and ends with its own deeds
        usual = (Citizen.State.ACTIVE.value, _("Usual"))
        if citizen.state == Citizen.State.PROTECTED:
            del self.fields["state"]
            return
        state.choices = [usual, *(choice for choice in Citizen.State.choices if choice[0] not in never)]

    def changes(self) -> dict[str, object]:
        return {field: value for field, value in self.cleaned_data.items() if field != "reason" and field in self.changed_data}


class ContactPointForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=ContactPoint.Kind.choices)
    value = forms.CharField(label=_("Number, e-mail or address"), max_length=240)
    shared = forms.BooleanField(label=_("Shared by the household"), required=False)


class RevealForm(forms.Form):
    reason = forms.ChoiceField(label=_("What you need it for"), choices=REASONS, widget=forms.RadioSelect)


class VerifyForm(forms.Form):
    how = forms.ChoiceField(label=_("How you know"), choices=PROOFS, widget=forms.RadioSelect)
