"""Shapes only: what is allowed is the services' to say."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from czrm.kit.actor import Clerk

from . import roles, words
from .models import Institution, Membership, Office, Purpose, Team, User

COUNTRIES = (("CL", _("Chile")), ("ES", _("Spain")), ("CO", _("Colombia")), ("MX", _("Mexico")), ("PE", _("Peru")), ("AR", _("Argentina")))
ZONES = [(zone, zone) for zone in sorted(available_timezones()) if zone.startswith(("America/", "Europe/", "Atlantic/", "Pacific/"))]


class ColorInput(forms.TextInput):
    input_type = "color"


class InstitutionForm(forms.ModelForm):  # type: ignore[type-arg]
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Institution
        fields = (
            "name", "short_name", "code", "color", "country", "time_zone", "language", "address_form", "phone", "email", "street_address",
            "opening_hours",
        )  # fmt: skip
        widgets = {"color": ColorInput}
        help_texts = {
            "short_name": _("What fits in a top bar."),
            "code": _("Case numbers begin with it: changing it counts for new cases only."),
            "address_form": _("How letters and the portal address people."),
            "opening_hours": _("As one would tell it: Monday to Friday, 9 to 14."),
        }

    def validate_unique(self) -> None:
        """The service tells, with words of its own."""


class LogoForm(forms.Form):
    logo = forms.FileField(label=_("Logo"), help_text=_("PNG or JPEG, 1 MB at most. It is drawn anew, 256 pixels wide."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["logo"].widget.attrs |= {"accept": "image/png,image/jpeg", "data-drop": ""}


class OfficeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Office
        fields = ("name", "street_address", "municipality", "opening_hours", "phone", "active")
        labels = {"active": _("Open: people are attended here")}

    def validate_unique(self) -> None:
        """The service tells, with words of its own."""


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Team
        fields = ("name", "office", "email", "active")
        labels = {"active": _("Active: cases can be assigned to it")}
        help_texts = {"name": _("Citizens are told this name.")}

    def __init__(self, *args: Any, of: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_of(self, of)

    def validate_unique(self) -> None:
        """The service tells, with words of its own."""


class MemberForm(forms.Form):
    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple)
    post = forms.CharField(label=_("Post"), max_length=120, required=False, help_text=_("It stands under what they sign."))
    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), required=False)
    teams = forms.ModelMultipleChoiceField(Team.objects.none(), label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_of(self, institution.pk)
        self.fields["roles"].choices = roles_of(institution)  # type: ignore[attr-defined]
        if institution.kind == Institution.Kind.PLATFORM:
            del self.fields["office"], self.fields["teams"]


class InviteForm(MemberForm):
    email = forms.EmailField(label=_("E-mail"))
    given = forms.CharField(label=_("Given names"), max_length=150)
    surname = forms.CharField(label=_("Surnames"), max_length=150)
    field_order = ("given", "surname", "email", "post", "roles", "office", "teams")


class AcceptForm(forms.Form):
    given = forms.CharField(label=_("Given names"), max_length=150, widget=forms.TextInput({"autocomplete": "given-name"}))
    surname = forms.CharField(label=_("Surnames"), max_length=150, widget=forms.TextInput({"autocomplete": "family-name"}))
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("12 characters or more. Several words in a row are easy to remember and hard to guess."),
    )  # fmt: skip
    again = forms.CharField(label=_("The same password again"), strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"], self.user)
        return str(self.cleaned_data["password"])

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("password") and self.cleaned_data["password"] != self.cleaned_data.get("again"):
            self.add_error("again", _("The two passwords differ: write the same one twice."))
        return self.cleaned_data


class ClientForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the system"), max_length=120, help_text=_("The access log shows it: “Pension system”, not “client 1”.")
    )
    body = forms.ModelChoiceField(
        Institution.objects.filter(kind=Institution.Kind.OUTSIDE).order_by("name"), label=_("Body it belongs to"), required=False,
        empty_label=_("None of these"),
    )  # fmt: skip
    new_body = forms.CharField(label=_("Or a body that is not in the list"), max_length=200, required=False)
    purpose = forms.ModelChoiceField(
        Purpose.objects.order_by("name"),
        label=_("Purpose"),
        empty_label=_("Choose one"),
        help_text=_("Why it reads data: citizens can see it."),
    )
    verbs = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verbs"].choices = [(verb, words.deed(verb)) for verb in sorted(roles.CLIENT)]  # type: ignore[attr-defined]


class BodyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new institution and its first administrator."""

    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES, initial="America/Santiago")
    given = forms.CharField(label=_("Given names of the first administrator"), max_length=150)
    surname = forms.CharField(label=_("Surnames"), max_length=150)
    admin_email = forms.EmailField(label=_("E-mail of the first administrator"), help_text=_("A link to choose a password goes there."))

    class Meta:
        model = Institution
        fields = ("name", "short_name", "slug", "code", "host", "country", "time_zone", "color")
        widgets = {"color": ColorInput}
        help_texts = {
            "slug": _("Small letters and hyphens: /portal/valle-sereno/"),
            "host": _("If the portal has a name of its own, like tramites.vallesereno.cl. It must be in ALLOWED_HOSTS too."),
            "code": _("2 to 6 capital letters: case numbers begin with it."),
        }

    def clean_host(self) -> str | None:
        return (self.cleaned_data["host"] or "").strip().lower() or None

    def validate_unique(self) -> None:
        """The service tells, with words of its own."""


class PurposeForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Purpose
        fields = ("name", "legal_basis")
        labels = {"name": _("What data is read for"), "legal_basis": _("Law that lets institutions read it")}
        help_texts = {"name": _("In words that citizens understand: they read it beside each look at their data.")}


class PlaceForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Institution
        fields = ("name", "short_name", "slug", "host")
        help_texts = {"slug": _("Links and letters already sent hold the old address: change it only if you must.")}

    clean_host = BodyForm.clean_host
    validate_unique = BodyForm.validate_unique


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("The institution's")), *settings.LANGUAGES])

    class Meta:
        model = User
        fields = ("first_name", "last_name", "language", "shortcuts")
        labels = {"first_name": _("Given names"), "last_name": _("Surnames"), "shortcuts": _("Single-key shortcuts (/ n ? …)")}


class AccessFilter(forms.Form):
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))
    officer = forms.ModelChoiceField(User.objects.none(), label=_("Who"), required=False, to_field_name="uid", empty_label=_("Everybody"))
    verb = forms.ChoiceField(label=_("What"), required=False)
    citizen = forms.UUIDField(
        label=_("Whose data (code of the person)"), required=False,
        error_messages={"invalid": _("Choose a name in the list below, or paste the code from the address of the person's page.")},
    )  # fmt: skip
    refused = forms.BooleanField(label=_("Refused only"), required=False)
    unexplained = forms.BooleanField(label=_("Without a stated purpose"), required=False)

    def __init__(self, *args: Any, by: Clerk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Membership.objects.filter(institution=by.institution_id).values("user")
        officer: Any = self.fields["officer"]
        officer.queryset = User.objects.filter(pk__in=people).order_by("first_name", "last_name")
        self.fields["verb"].choices = [("", _("Everything")), *words.LOOKS.items()]  # type: ignore[attr-defined]


def choose_of(form: Any, institution: int) -> None:
    """Offices and teams of this institution only, and only those that work."""
    for name in {"office", "teams"} & set(form.fields):
        field = form.fields[name]
        field.queryset = field.queryset.model.objects.filter(institution=institution, active=True).order_by("name")
    if "office" in form.fields:
        form.fields["office"].empty_label = _("No office")


def roles_of(institution: Institution) -> list[tuple[str, Any]]:
    return [(role, roles.LABELS[role]) for role in roles.KINDS[institution.kind]]
