"""What the portal asks beside the questions of a procedure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import questions
from cases.models import ProcedureVersion
from czrm.kit.forms import PortalRenderer

from .drafts import Draft
from .steps import ANONYMOUS, NAMED, Step

QUESTION = "portal/question.html"


def text(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs=attrs)


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PortalForm(forms.Form):
    default_renderer = PortalRenderer()


class DescriptionForm(PortalForm):
    description = forms.CharField(
        label=_("What do you need?"), help_text=_("Tell it in your own words. There is no need to repeat your data here."),
        max_length=5000, widget=area(7),
    )  # fmt: skip


class PlaceForm(PortalForm):
    place = forms.CharField(
        label=_("Where is it?"), help_text=_("Street and number, a corner, or something by which we can find it."), max_length=240,
        required=False, widget=text(autocomplete="street-address"),
    )  # fmt: skip


class IdentityForm(PortalForm):
    identity = forms.ChoiceField(
        label=_("Do you want to give your name?"), widget=forms.RadioSelect,
        choices=((NAMED, _("Yes, and have the answer sent to me")), (ANONYMOUS, _("No: I prefer to stay anonymous"))),
        help_text=_("Without your name we cannot write to you: you follow the request with the key we will give you."),
    )  # fmt: skip


class PersonForm(PortalForm):
    name = forms.CharField(label=_("Name and surname"), max_length=120, widget=text(autocomplete="name"))
    document = forms.CharField(
        label=_("Number of your identity document"), max_length=40, required=False, widget=text(autocomplete="off"),
        help_text=_("It helps us to find your record. We check it with you before we use it."),
    )  # fmt: skip


class ReplyForm(PortalForm):
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    phone = forms.CharField(
        label=_("Phone"), max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    )

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"]).strip()
        if phone and sum(letter.isdigit() for letter in phone) < 6:
            raise forms.ValidationError(_("Write the phone number with all its digits."))
        return phone

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and not found.get("email") and not found.get("phone"):
            self.add_error("email", _("Write an e-mail or a phone number, so that we can answer you."))
        return found


class TrackForm(PortalForm):
    number = forms.CharField(
        label=_("Number of the request"), max_length=60, widget=text(autocomplete="off", autocapitalize="characters", spellcheck="false")
    )
    key = forms.CharField(
        label=_("Tracking key"), help_text=_("16 letters and digits. It is on your receipt."), max_length=60,
        widget=text(autocomplete="off", autocapitalize="characters", spellcheck="false"),
    )  # fmt: skip


class ResumeForm(PortalForm):
    code = forms.CharField(
        label=_("Code of the saved request"), help_text=_("16 letters and digits. We showed it when you saved the request."), max_length=60,
        widget=text(autocomplete="off", autocapitalize="characters", spellcheck="false"),
    )  # fmt: skip


class AnswerForm(PortalForm):
    text = forms.CharField(label=_("Your answer"), max_length=8000, required=False, widget=area(5))


OURS: dict[str, type[PortalForm]] = {
    "description": DescriptionForm, "place": PlaceForm, "identity": IdentityForm, "person": PersonForm, "reply": ReplyForm,
}  # fmt: skip


def form_of(step: Step, version: ProcedureVersion, draft: Draft, data: Any = None) -> forms.Form:
    """The form of one page; where it asks one thing only, that question is the title of the page."""
    if step.name:
        form: forms.Form = questions.form_for(
            version.form, data, initial=draft.answers, only=[step.name], before=draft.answers, renderer=PortalRenderer()
        )
    else:
        form = OURS[step.key](data, initial=draft.words)
    field: Any
    for field in form.fields.values():
        field.error_messages["required"] = _("Answer this question.") if len(form.fields) == 1 else _("Fill in this field.")
        if len(form.fields) == 1:
            field.template_name = QUESTION
    return form


def keep(step: Step, form: forms.Form, draft: Draft) -> None:
    """Put what was answered into the draft; a question left empty is answered so."""
    if isinstance(form, questions.Questions):
        draft.answers.pop(step.name, None)
        draft.answers.update(form.answers())
    else:
        draft.words.update({name: str(value).strip() for name, value in form.cleaned_data.items()})
    draft.done(step.key)
